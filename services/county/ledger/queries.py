"""The monitoring ledger (D8): households brought along, and cases verified since.

"Verified" is not yet "identified": what needs an identification stays blank for them.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Subquery, func, literal, literal_column, union_all
from sqlmodel import Session, col, or_, select

from kit import directory
from kit.actor import Actor
from kit.database.columns import among
from kit.lists import Listing, Page
from rulebook.divisions import level
from rulebook.masking import mask_id, mask_phone
from schemas.codes import CaseDecision, DirectoryKind, GapItem, Level, OrderState, RiskCause
from services.county.cases.models import Case, Verification
from services.county.cases.policy import policy as cases_policy
from services.county.directory.queries import heads, names, township_or_self
from services.county.ledger.forms import LedgerFilter, LedgerStatus
from services.county.ledger.models import MonitoredHousehold
from services.county.ledger.policy import policy
from services.county.ledger.views import COLUMNS, LedgerRow
from services.county.missed_discoveries.queries import last_visits as helpers_visits
from services.county.orders.models import DispatchOrder
from services.county.organisation.queries import leaders_of
from services.county.register.models import Assignment, Household

CASE, REGISTER = "1 case", "2 register"  # verified cases come first
# Which row stands where: (part, id, its place in the part).
KEYS: Listing[Any] = Listing(COLUMNS, [literal_column("part"), literal_column("place")])


def page(session: Session, actor: Actor, asked: LedgerFilter) -> Page[LedgerRow]:
    """One page: verified cases first, then the register brought along."""
    return KEYS.page(session, _keys(actor, asked), asked).map(lambda keys: _rows(session, keys))


def every(session: Session, actor: Actor, asked: LedgerFilter) -> Sequence[LedgerRow]:
    return _rows(session, KEYS.every(session, _keys(actor, asked), asked))


def _keys(actor: Actor, asked: LedgerFilter) -> Any:
    keys: Subquery = union_all(_verified(actor, asked), _registered(actor, asked)).subquery()
    return select(keys.c.part, keys.c.id, keys.c.place)


def _verified(actor: Actor, asked: LedgerFilter) -> Any:
    place = func.row_number().over(order_by=col(Case.number).desc())
    statement: Any = select(
        literal(CASE).label("part"), col(Case.id).label("id"), place.label("place")
    ).where(Case.decision == CaseDecision.VERIFIED, cases_policy.visible(actor, "cases", Case))
    if asked.category or asked.status not in (None, LedgerStatus.VERIFIED):
        statement = statement.where(col(Case.id).is_(None))
    if asked.place:
        statement = statement.where(or_(Case.village == asked.place, Case.township == asked.place))
    if asked.q:
        called = select(Household.id).where(
            or_(col(Household.head_name).contains(asked.q), Household.number == asked.q)
        )
        statement = statement.where(
            or_(col(Case.number).contains(asked.q), col(Case.household).in_(called))
        )
    return statement


def _registered(actor: Actor, asked: LedgerFilter) -> Any:
    row = MonitoredHousehold
    place = func.row_number().over(
        order_by=(col(row.village), col(row.identified_on).desc(), col(row.id))
    )
    statement: Any = select(
        literal(REGISTER).label("part"), col(row.id).label("id"), place.label("place")
    ).where(policy.visible(actor, "ledger", row))
    if asked.place:
        statement = statement.where(col(row.village).startswith(_prefix(asked.place)))
    if asked.category:
        statement = statement.where(row.category == asked.category)
    gone = col(row.eliminated_on)
    match asked.status:
        case LedgerStatus.VERIFIED:
            statement = statement.where(col(row.id).is_(None))
        case LedgerStatus.ELIMINATED:
            statement = statement.where(gone.is_not(None))
        case LedgerStatus.MONITORED:
            statement = statement.where(gone.is_(None))
    if asked.q:
        statement = statement.where(
            or_(col(row.head_name).contains(asked.q), row.number == asked.q)
        )
    return statement


def _prefix(place: str) -> str:
    """What the codes of all villages of a place begin with; "-" where it is none: nothing lies
    there.
    """
    try:
        return {Level.COUNTY: place[:6], Level.TOWNSHIP: place[:9], Level.VILLAGE: place}[
            level(place)
        ]
    except ValueError:
        return "-"


def _rows(session: Session, keys: Sequence[Any]) -> list[LedgerRow]:
    """The rows behind the keys, in their order."""
    cases = _case_rows(session, [key.id for key in keys if key.part == CASE])
    registered = _registered_rows(session, [key.id for key in keys if key.part == REGISTER])
    rows = cases | registered
    return _completed(session, [rows[key.id] for key in keys])


def _case_rows(session: Session, ids: Sequence[str]) -> dict[str, LedgerRow]:
    cases = session.exec(select(Case).where(among(Case.id, ids))).all()
    households = heads(session, [case.household for case in cases])
    helped = _helpers(session, [case.household for case in cases])
    called = names(session, [code for case in cases for code in (case.village, case.township)])
    orders: dict[str, list[DispatchOrder]] = {}
    for order in session.exec(select(DispatchOrder).where(among(DispatchOrder.case, ids))):
        orders.setdefault(order.case, []).append(order)
    visited = _last_visits(session, ids)
    return {
        case.id: _case_row(
            case,
            households.get(case.household),
            helped.get(case.household, ("", "")),
            called,
            orders.get(case.id, []),
            visited.get(case.id),
        )
        for case in cases
    }


def _case_row(
    case: Case,
    household: Household | None,
    helped: tuple[str, str],
    called: dict[str, str],
    orders: list[DispatchOrder],
    visited: date | None,
) -> LedgerRow:
    gaps = [f"{GapItem(order.gap_item).label}：{OrderState(order.state).label}" for order in orders]
    others = [cause.label for cause in case.causes if cause != case.primary_cause]
    return LedgerRow(
        township=called[case.township],
        village=called[case.village],
        number=case.number,
        head_name=household.head_name if household else "",
        id_number=_masked(mask_id, household.id_number if household else None),
        phone=_masked(mask_phone, household.phone if household else None),
        persons=household.size if household else 1,
        primary_cause=RiskCause(case.primary_cause).label if case.primary_cause else "",
        causes="、".join(others),
        helper=helped[0],
        unit=helped[1],
        gaps=";".join(gaps),
        status=LedgerStatus.VERIFIED.label,
        last_visit=visited,
        remarks="帮扶已落实" if case.help_complete_on else "",
        case=case.id,
    )


def _registered_rows(session: Session, ids: Sequence[str]) -> dict[str, LedgerRow]:
    rows = session.exec(select(MonitoredHousehold).where(among(MonitoredHousehold.id, ids))).all()
    called = names(
        session, {code for row in rows for code in (row.village, township_or_self(row.village))}
    )
    numbers = [row.number for row in rows if row.number]
    copies = {
        household.number: household.id
        for household in session.exec(select(Household).where(among(Household.number, numbers)))
    }
    helped = _helpers(session, list(copies.values()))
    return {
        row.id: _registered_row(row, called, helped.get(copies.get(row.number, ""), ("", "")))
        for row in rows
    }


def _registered_row(
    row: MonitoredHousehold, called: dict[str, str], helped: tuple[str, str]
) -> LedgerRow:
    status = LedgerStatus.ELIMINATED if row.eliminated_on else LedgerStatus.MONITORED
    return LedgerRow(
        township=called[township_or_self(row.village)],
        village=called[row.village],
        number=row.number or "",
        head_name=row.head_name,
        id_number=_masked(mask_id, row.id_number),
        phone=_masked(mask_phone, row.phone),
        persons=row.persons,
        category=row.category.label,
        primary_cause=row.cause.label if row.cause else "",
        identified_on=row.identified_on,
        channel=row.channel or "",
        helper=helped[0],
        unit=helped[1],
        status=status.label,
        eliminated_on=row.eliminated_on,
        eliminated_mode=row.eliminated_mode or "",
        remarks=row.remarks or "",
    )


def _completed(session: Session, rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """The rows with what our copies of register, visits and leaders know of their households (F-63)."""
    ids = [row.case for row in rows if row.case]
    cases = session.exec(select(Case.id, Case.household).where(among(Case.id, ids)))
    of_case: dict[str | None, str] = dict(cases.all())
    numbers = select(Household).where(among(Household.number, [row.number for row in rows]))
    of_number = {household.number: household for household in session.exec(numbers)}
    copies = heads(session, of_case.values())
    known = [copies.get(of_case.get(row.case, "")) or of_number.get(row.number) for row in rows]
    visited = helpers_visits(session, [household.id for household in known if household])
    places = {household.village for household in known if household}
    leaders = leaders_of(session, places | set(map(township_or_self, places)))
    return [
        row.model_copy(update=_details(row, household, visited, leaders)) if household else row
        for row, household in zip(rows, known, strict=True)
    ]


def _details(
    row: LedgerRow, household: Household, visited: dict[str, date], leaders: dict[str, str]
) -> dict[str, Any]:
    visits = [day for day in (row.last_visit, visited.get(household.id)) if day]
    return {
        "group": household.group_no or "",
        "stratum": household.stratum.label,
        "first_responsible": leaders.get(township_or_self(household.village), ""),
        "direct_responsible": leaders.get(household.village, ""),
        "last_visit": max(visits, default=None),
    }


def _masked(mask: Callable[[str], str], value: str | None) -> str | None:
    return mask(value) if value else None


def _helpers(session: Session, households: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Household → (helper's name, unit's name)."""
    statement = select(Assignment).where(among(Assignment.household, households))
    rows = session.exec(statement).all()
    called = directory.names(
        session,
        (DirectoryKind.HELPER, DirectoryKind.UNIT),
        [code for row in rows for code in (row.helper, row.unit)],
    )
    return {row.household: (called[row.helper], called[row.unit]) for row in rows}


def _last_visits(session: Session, cases: Sequence[str]) -> dict[str, date]:
    statement = select(Verification.case, func.max(Verification.on)).where(
        among(Verification.case, cases)
    )
    return dict(session.exec(statement.group_by(Verification.case)).all())
