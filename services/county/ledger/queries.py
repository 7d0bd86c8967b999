"""The monitoring ledger (D8): households brought along, and those verified since; one row a household.

"Verified" is not yet "identified": what needs an identification stays blank for them. A new risk of a
monitored household is a risk of that household: its one row names the risk.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Subquery, func, literal, literal_column, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import begins, has, name_has
from kit.lists import Listing, Page
from kit.policy.purpose import MASKED
from rulebook.divisions import level
from schemas.codes import CaseDecision, Level
from services.county.cases import queries as cases_queries
from services.county.cases.models import Case, Source
from services.county.cases.policy import policy as cases_policy
from services.county.directory.queries import heads, helpers_of, names, township_or_self
from services.county.ledger.forms import LedgerFilter, LedgerStatus
from services.county.ledger.models import MonitoredHousehold
from services.county.ledger.policy import policy
from services.county.ledger.views import COLUMNS, Composition, LedgerRow
from services.county.missed_discoveries.queries import last_visits as helpers_visits
from services.county.orders.models import DispatchOrder
from services.county.organisation.models import Responsibility
from services.county.organisation.queries import leaders_of
from services.county.register.models import Household
from services.county.register.queries import village_now

CASE, REGISTER = "1 case", "2 register"  # verified cases come first
# Which row stands where: (part, id, its place in the part).
KEYS: Listing[Any] = Listing(COLUMNS, [literal_column("part"), literal_column("place")])
MERGED, RETURNS = "新的风险并入监测，调整帮扶措施", "新的风险已核实，按回退或再标注程序办理"
# One household has one row, however often it was identified and whatever number it came under.
IDENTITY = func.coalesce(
    MonitoredHousehold.household,
    MonitoredHousehold.number,
    MonitoredHousehold.id_hash,
    MonitoredHousehold.id,
)
IN_USE = col(MonitoredHousehold.in_use)  # of two sources the one that the ledger is read from


def page(session: Session, actor: Actor, asked: LedgerFilter) -> Page[LedgerRow]:
    """One page: households verified and not monitored yet first, then the register brought along."""
    return KEYS.page(session, _keys(actor, asked), asked).map(
        lambda keys: _rows(session, actor, keys)
    )


def every(session: Session, actor: Actor, asked: LedgerFilter) -> Sequence[LedgerRow]:
    return _rows(session, actor, KEYS.every(session, _keys(actor, asked), asked))


def composition(session: Session, actor: Actor) -> Composition:
    """台账共几户, by status. Basis: households that the actor sees, each once, today. The identified
    (监测中, 风险已消除) are those that the bulletin's 累计 counts; the verified come beside them.
    """

    def count(status: LedgerStatus) -> int:
        keys = _keys(actor, LedgerFilter(status=status)).subquery()
        return session.execute(select(func.count()).select_from(keys)).scalar_one()

    return Composition(*map(count, LedgerStatus))


def id_numbers(session: Session) -> Sequence[tuple[str, str]]:
    """(head's name, ID number) of all that the register of monitored households keeps."""
    row = MonitoredHousehold
    statement = select(row.head_name, row.id_number).where(col(row.id_number).is_not(None), IN_USE)
    return [(name, number or "") for name, number in session.exec(statement).all()]


def monitoring_of(session: Session, household: str) -> MonitoredHousehold | None:
    """The household's latest identification in the register; None: it was never monitored."""
    rows = select(MonitoredHousehold).where(MonitoredHousehold.household == household, IN_USE)
    return session.exec(rows.order_by(col(MonitoredHousehold.identified_on).desc())).first()


def villages(session: Session, actor: Actor) -> set[str]:
    """Codes of the villages of the rows that the actor may see."""
    row, seen = MonitoredHousehold, policy.visible(actor, "ledger", MonitoredHousehold) & IN_USE
    registered = select(village_now(row.household, row.village)).where(seen).distinct()
    visible = cases_policy.visible(actor, "cases", Case)
    reported = select(village_now(Case.household, Case.village)).where(visible).distinct()
    return {*session.exec(registered), *session.exec(reported)}


def _keys(actor: Actor, asked: LedgerFilter) -> Any:
    keys: Subquery = union_all(_verified(actor, asked), _registered(actor, asked)).subquery()
    return select(keys.c.part, keys.c.id, keys.c.place)


def _latest() -> Any:
    """Of each household the row of its latest identification."""
    latest = select(MonitoredHousehold.id).where(IN_USE).ext(distinct_on(IDENTITY))
    order = (IDENTITY, col(MonitoredHousehold.identified_on).desc(), col(MonitoredHousehold.id))
    return latest.order_by(*order)


def _verified_cases(actor: Actor) -> Any:
    """Of each household its latest verified case that the actor may see."""
    visible = cases_policy.visible(actor, "cases", Case)
    cases = select(Case.id).where(Case.decision == CaseDecision.VERIFIED, visible)
    order = (col(Case.household), col(Case.opened_on).desc(), col(Case.number).desc())
    return cases.ext(distinct_on(col(Case.household))).order_by(*order)


def _verified(actor: Actor, asked: LedgerFilter) -> Any:
    """Verified households without a row of the register that the actor sees."""
    place = func.row_number().over(order_by=col(Case.number).desc())
    row = MonitoredHousehold
    registered = (col(row.household) == Case.household) & IN_USE
    statement: Any = select(
        literal(CASE).label("part"), col(Case.id).label("id"), place.label("place")
    ).where(
        col(Case.id).in_(_verified_cases(actor)),
        ~select(row.id).where(registered, policy.visible(actor, "ledger", row)).exists(),
    )
    if asked.status is LedgerStatus.VERIFIED:
        statement = statement.where(~select(row.id).where(registered).exists())
    if asked.category or asked.status not in (None, LedgerStatus.VERIFIED):
        latest = select(row.id).where(registered, col(row.id).in_(_latest()), *_asked_of(asked))
        statement = statement.where(latest.exists())
    if asked.place:
        where = village_now(Case.household, Case.village)
        statement = statement.where(begins(where, _prefix(asked.place)))
    if asked.q:
        called = select(Household.id).where(
            or_(name_has(col(Household.head_name), asked.q), Household.number == asked.q)
        )
        listed = select(Source.case).where(name_has(col(Source.head_name), asked.q))
        statement = statement.where(
            or_(
                has(col(Case.number), asked.q),
                col(Case.household).in_(called),
                col(Case.id).in_(listed),
            )
        )
    return statement


def _registered(actor: Actor, asked: LedgerFilter) -> Any:
    row = MonitoredHousehold
    place = func.row_number().over(
        order_by=(
            village_now(row.household, row.village),
            col(row.identified_on).desc(),
            col(row.id),
        )
    )
    statement: Any = select(
        literal(REGISTER).label("part"), col(row.id).label("id"), place.label("place")
    ).where(col(row.id).in_(_latest()), policy.visible(actor, "ledger", row), *_asked_of(asked))
    if asked.place:
        where = village_now(row.household, row.village)
        statement = statement.where(begins(where, _prefix(asked.place)))
    if asked.status is LedgerStatus.VERIFIED:
        statement = statement.where(col(row.id).is_(None))
    if asked.q:
        told = select(Case.household).where(
            col(Case.id).in_(_verified_cases(actor)), has(col(Case.number), asked.q)
        )
        statement = statement.where(
            or_(
                name_has(col(row.head_name), asked.q),
                row.number == asked.q,
                col(row.household).in_(told),
            )
        )
    return statement


def _asked_of(asked: LedgerFilter) -> Iterator[Any]:
    """What is asked of a row of the register itself."""
    row = MonitoredHousehold
    if asked.category:
        yield row.category == asked.category
    if asked.status is LedgerStatus.ELIMINATED:
        yield col(row.eliminated_on).is_not(None)
        yield col(row.lapsed_on).is_(None)
    if asked.status is LedgerStatus.MONITORED:
        yield col(row.eliminated_on).is_(None) & col(row.lapsed_on).is_(None)
    if asked.status is LedgerStatus.LAPSED:
        yield col(row.lapsed_on).is_not(None)


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


def _rows(session: Session, actor: Actor, keys: Sequence[Any]) -> list[LedgerRow]:
    """The rows behind the keys, in their order."""
    cases = _case_rows(session, [key.id for key in keys if key.part == CASE])
    registered = [key.id for key in keys if key.part == REGISTER]
    rows = cases | _registered_rows(session, actor, registered)
    return _completed(session, [rows[key.id] for key in keys])


def _case_rows(session: Session, ids: Sequence[str]) -> dict[str, LedgerRow]:
    cases = session.exec(select(Case).where(among(Case.id, ids))).all()
    households = heads(session, [case.household for case in cases])
    helped = helpers_of(session, [case.household for case in cases])
    called = names(session, [code for case in cases for code in (case.village, case.township)])
    dealt = _dealt_with(session, cases)
    known = {
        row.household: row for row in _latest_rows(session, [case.household for case in cases])
    }
    return {
        case.id: _case_row(
            case,
            households.get(case.household),
            helped.get(case.household, ("", "")),
            called,
            known.get(case.household),
        ).model_copy(update=dealt[case.id])
        for case in cases
    }


def _case_row(
    case: Case,
    household: Household | None,
    helped: tuple[str, str],
    called: dict[str, str],
    registered: MonitoredHousehold | None,
) -> LedgerRow:
    return LedgerRow(
        township=called[case.township],
        village=called[case.village],
        number=case.number,
        head_name=household.head_name if household else "",
        id_number=MASKED.id_number(household.id_number if household else None),
        phone=MASKED.phone(household.phone if household else None),
        persons=household.size if household else 1,
        helper=helped[0],
        unit=helped[1],
        status=(_status(registered) if registered else LedgerStatus.VERIFIED).label,
        remarks="帮扶已落实" if case.help_complete_on else "",
    )


def _dealt_with(session: Session, cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """Case → what its row says of causes and gaps."""
    ids = [case.id for case in cases]
    orders: dict[str, list[DispatchOrder]] = {}
    for order in session.exec(select(DispatchOrder).where(among(DispatchOrder.case, ids))):
        orders.setdefault(order.case, []).append(order)
    return {
        case.id: {
            "primary_cause": case.primary_cause.label if case.primary_cause else "",
            "causes": "、".join(
                cause.label for cause in case.causes if cause != case.primary_cause
            ),
            "gaps": "；".join(
                f"{order.gap_item.label}：{order.state.label}" for order in orders.get(case.id, [])
            ),
            "case": case.id,
            "lead": case.number,
        }
        for case in cases
    }


def _latest_rows(session: Session, households: Sequence[str]) -> Sequence[MonitoredHousehold]:
    """Of each household of the register the row of its latest identification."""
    row = MonitoredHousehold
    rows = select(row).where(col(row.id).in_(_latest()), among(row.household, households))
    return session.exec(rows).all()


def _registered_rows(session: Session, actor: Actor, ids: Sequence[str]) -> dict[str, LedgerRow]:
    rows = session.exec(select(MonitoredHousehold).where(among(MonitoredHousehold.id, ids))).all()
    called = names(
        session, {code for row in rows for code in (row.village, township_or_self(row.village))}
    )
    households = [row.household for row in rows if row.household]
    helped, copies = helpers_of(session, households), heads(session, households)
    cases = session.exec(
        select(Case).where(
            among(Case.household, households), col(Case.id).in_(_verified_cases(actor))
        )
    ).all()
    by_household, dealt = {case.household: case for case in cases}, _dealt_with(session, cases)
    lines = {}
    for row in rows:
        case = by_household.get(row.household or "")
        line = _registered_row(row, called, helped.get(row.household or "", ("", "")))
        if row.file and (copy := copies.get(row.household or "")):
            line = line.model_copy(update={"persons": copy.size})  # whom casework identified
        lines[row.id] = line.model_copy(update=_with_case(row, case, dealt)) if case else line
    return lines


def _with_case(
    row: MonitoredHousehold, case: Case, dealt: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """What a verified risk of a registered household adds to its row; the register's own words stay
    where it has some.
    """
    added = dict(dealt[case.id])
    if row.cause:
        added["primary_cause"] = row.cause.label
    said = ""
    if row.eliminated_on and case.opened_on > row.eliminated_on:
        said = RETURNS
    elif not row.eliminated_on and case.opened_on > row.identified_on:
        said = MERGED
    added["remarks"] = "；".join(filter(None, [row.remarks, said]))
    return added


def _status(row: MonitoredHousehold) -> LedgerStatus:
    if row.lapsed_on:
        return LedgerStatus.LAPSED
    return LedgerStatus.ELIMINATED if row.eliminated_on else LedgerStatus.MONITORED


def _registered_row(
    row: MonitoredHousehold, called: dict[str, str], helped: tuple[str, str]
) -> LedgerRow:
    return LedgerRow(
        township=called[township_or_self(row.village)],
        village=called[row.village],
        number=row.number or "",
        head_name=row.head_name,
        id_number=MASKED.id_number(row.id_number),
        phone=MASKED.phone(row.phone),
        persons=row.persons,
        category=row.category.label,
        primary_cause=row.cause.label if row.cause else "",
        identified_on=row.identified_on,
        channel=row.channel or "",
        helper=helped[0],
        unit=helped[1],
        status=_status(row).label,
        eliminated_on=row.eliminated_on,
        eliminated_mode=row.eliminated_mode or "",
        remarks=row.remarks or "",
    )


def _completed(session: Session, rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """The rows with what our copies of register, visits and leaders know of their households (F-63),
    which stand where the register says today, also after a merge (F-15).
    """
    ids = [row.case for row in rows if row.case]
    cases = session.exec(select(Case.id, Case.household).where(among(Case.id, ids)))
    of_case: dict[str | None, str] = dict(cases.all())
    numbers = select(Household).where(among(Household.number, [row.number for row in rows]))
    of_number = {household.number: household for household in session.exec(numbers)}
    copies = heads(session, of_case.values())
    known = [copies.get(of_case.get(row.case, "")) or of_number.get(row.number) for row in rows]
    whose = [
        household.id if household else of_case.get(row.case, "")
        for row, household in zip(rows, known, strict=True)
    ]
    visited = helpers_visits(session, whose)
    for id_, day in cases_queries.last_visits(session, whose).items():
        visited[id_] = max(day, visited.get(id_, day))
    villages = {household.village for household in known if household}
    townships = {township_or_self(village) for village in villages}
    leaders = leaders_of(session, villages)
    leaders |= leaders_of(session, townships, Responsibility.FIRST)
    called = names(session, villages | townships)
    return [
        row.model_copy(
            update={"last_visit": visited.get(id_)}
            | (_details(household, leaders, called) if household else {})
        )
        for row, household, id_ in zip(rows, known, whose, strict=True)
    ]


def _details(
    household: Household, leaders: dict[str, str], called: dict[str, str]
) -> dict[str, Any]:
    township = township_or_self(household.village)
    return {
        "township": called[township],
        "village": called[household.village],
        "group": household.group_no or "",
        "stratum": household.stratum.label,
        "first_responsible": leaders.get(township, ""),
        "direct_responsible": leaders.get(household.village, ""),
    }
