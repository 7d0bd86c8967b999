"""The monitoring ledger (D8): households brought along, and cases verified since.

"Verified" is not yet "identified": what needs an identification stays blank for them.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from kit.actor import Actor
from rulebook.divisions import level
from rulebook.masking import mask_id, mask_phone
from schemas.codes import CaseDecision, GapItem, Level, OrderState, RiskCause, Role, Stratum
from services.county.cases.models import Case, Verification
from services.county.cases.policy import policy as cases_policy
from services.county.directory.models import Division, Helper, Unit
from services.county.directory.queries import names, township_or_self
from services.county.ledger.models import MonitoredHousehold
from services.county.orders.models import DispatchOrder
from services.county.register.models import Assignment, Household

PAGE = 50
STATUS = {"monitored": "监测中", "eliminated": "风险已消除", "verified": "已核实,待识别"}
COLUMNS = (
    ("township", "乡镇"),
    ("village", "村"),
    ("number", "户编号或案号"),
    ("head_name", "户主姓名"),
    ("id_number", "身份证号码"),
    ("phone", "联系电话"),
    ("persons", "家庭人口"),
    ("category", "监测对象类别"),
    ("primary_cause", "主要致贫返贫原因"),
    ("causes", "其他原因"),
    ("identified_on", "识别时间"),
    ("channel", "识别渠道"),
    ("helper", "帮扶责任人"),
    ("unit", "帮扶单位"),
    ("gaps", "缺口和办理状态"),
    ("status", "状态"),
    ("eliminated_on", "风险消除时间"),
    ("eliminated_mode", "消除方式"),
    ("last_visit", "最近核实走访"),
    ("remarks", "备注"),
)


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger. ID number and telephone in clear: `masked` before anybody prints
    it.
    """

    township: str
    village: str
    number: str
    head_name: str
    id_number: str | None
    phone: str | None
    persons: int
    category: str
    primary_cause: str
    causes: str
    identified_on: date | None
    channel: str
    helper: str
    unit: str
    gaps: str
    status: str
    eliminated_on: date | None
    eliminated_mode: str
    last_visit: date | None
    remarks: str
    case: str | None = None

    def masked(self) -> dict[str, Any]:
        return asdict(self) | {
            "id_number": mask_id(self.id_number) if self.id_number else None,
            "phone": mask_phone(self.phone) if self.phone else None,
        }


def ledger(
    session: Session,
    actor: Actor,
    *,
    place: str | None = None,
    category: str | None = None,
    status: str | None = None,
    q: str | None = None,
    page: int | None = 1,
) -> tuple[list[LedgerRow], int]:
    """One page (None: all), verified cases first, and how many rows there are. `place`: a township
    or village.
    """
    verified = _verified(actor, place, category, status, q)
    monitored = _monitored(actor, place, category, status, q)
    counts = [
        session.exec(select(func.count()).select_from(some.subquery())).one()
        for some in (verified, monitored)
    ]
    if page is None:
        cases, rows = session.exec(verified).all(), session.exec(monitored).all()
    else:
        start, rest = (page - 1) * PAGE, PAGE
        cases = session.exec(verified.offset(start).limit(rest)).all()
        rows = session.exec(
            monitored.offset(max(0, start - counts[0])).limit(rest - len(cases))
        ).all()
    return [*_case_rows(session, cases), *_monitored_rows(session, rows)], sum(counts)


def _verified(
    actor: Actor, place: str | None, category: str | None, status: str | None, q: str | None
):
    wanted = select(Case).where(
        Case.decision == CaseDecision.VERIFIED.value, cases_policy.visible(actor, "cases", Case)
    )
    if category or status not in (None, "", "verified"):
        wanted = wanted.where(col(Case.id).is_(None))
    if place:
        wanted = wanted.where(or_(col(Case.village) == place, col(Case.township) == place))
    if q:
        named = select(Household.id).where(
            or_(col(Household.head_name).contains(q), col(Household.number) == q)
        )
        wanted = wanted.where(or_(col(Case.number).contains(q), col(Case.household).in_(named)))
    return wanted.order_by(col(Case.number).desc())


def _monitored(
    actor: Actor, place: str | None, category: str | None, status: str | None, q: str | None
):
    wanted = select(MonitoredHousehold)
    for scope in (place, _scope(actor)):
        if scope:
            wanted = wanted.where(col(MonitoredHousehold.village).startswith(_prefix(scope)))
    if category:
        wanted = wanted.where(MonitoredHousehold.category == category)
    if status == "verified":
        wanted = wanted.where(col(MonitoredHousehold.id).is_(None))
    elif status in ("monitored", "eliminated"):
        gone = col(MonitoredHousehold.eliminated_on)
        wanted = wanted.where(gone.is_not(None) if status == "eliminated" else gone.is_(None))
    if q:
        wanted = wanted.where(
            or_(col(MonitoredHousehold.head_name).contains(q), col(MonitoredHousehold.number) == q)
        )
    return wanted.order_by(
        col(MonitoredHousehold.village),
        col(MonitoredHousehold.identified_on).desc(),
        col(MonitoredHousehold.id),
    )


def _scope(actor: Actor) -> str | None:
    """The county sees all; a village or township its own; others none of the register brought
    along.
    """
    if actor.role in (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR):
        return None
    if actor.role in (Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD):
        return actor.place
    return "-"


def _prefix(place: str) -> str:
    try:
        return {Level.COUNTY: place[:6], Level.TOWNSHIP: place[:9], Level.VILLAGE: place}[
            level(place)
        ]
    except ValueError:
        return "-"  # no place: nothing lies there


def _case_rows(session: Session, cases) -> list[LedgerRow]:
    ids = [case.household for case in cases]
    households = {
        row.id: row for row in session.exec(select(Household).where(col(Household.id).in_(ids)))
    }
    helped = _helpers(session, ids)
    called = names(session, [code for case in cases for code in (case.village, case.township)])
    orders: dict[str, list[DispatchOrder]] = {}
    for order in session.exec(
        select(DispatchOrder).where(col(DispatchOrder.case).in_([case.id for case in cases]))
    ):
        orders.setdefault(order.case, []).append(order)
    visited = _last_visits(session, [case.id for case in cases])
    return [
        _case_row(
            case,
            households.get(case.household),
            helped.get(case.household, ("", "")),
            called,
            orders.get(case.id, []),
            visited.get(case.id),
        )
        for case in cases
    ]


def _case_row(
    case: Case,
    household: Household | None,
    helped: tuple[str, str],
    called: dict[str, str],
    orders: list[DispatchOrder],
    visited: date | None,
) -> LedgerRow:
    gaps = [f"{GapItem(order.gap_item).label}:{OrderState(order.state).label}" for order in orders]
    primary = RiskCause(case.primary_cause).label if case.primary_cause else ""
    others = [RiskCause(cause).label for cause in case.causes if cause != case.primary_cause]
    return LedgerRow(
        township=called[case.township],
        village=called[case.village],
        number=case.number,
        head_name=household.head_name if household else "",
        id_number=household.id_number if household else None,
        phone=household.phone if household else None,
        persons=household.size if household else 1,
        category="",
        primary_cause=primary,
        causes="、".join(others),
        identified_on=None,
        channel="",
        helper=helped[0],
        unit=helped[1],
        gaps=";".join(gaps),
        status=STATUS["verified"],
        eliminated_on=None,
        eliminated_mode="",
        last_visit=visited,
        remarks="帮扶已落实" if case.help_complete_on else "",
        case=case.id,
    )


def _monitored_rows(session: Session, rows) -> list[LedgerRow]:
    called = names(
        session, {code for row in rows for code in (row.village, township_or_self(row.village))}
    )
    numbers = [row.number for row in rows if row.number]
    copies = {
        row.number: row.id
        for row in session.exec(select(Household).where(col(Household.number).in_(numbers)))
    }
    helped = _helpers(session, list(copies.values()))
    found = []
    for row in rows:
        helper, unit = helped.get(copies.get(row.number, ""), ("", ""))
        found.append(
            LedgerRow(
                township=called[township_or_self(row.village)],
                village=called[row.village],
                number=row.number or "",
                head_name=row.head_name,
                id_number=row.id_number,
                phone=row.phone,
                persons=row.persons,
                category=Stratum(row.category).label,
                primary_cause=RiskCause(row.cause).label if row.cause else "",
                causes="",
                identified_on=row.identified_on,
                channel=row.channel or "",
                helper=helper,
                unit=unit,
                gaps="",
                status=STATUS["eliminated" if row.eliminated_on else "monitored"],
                eliminated_on=row.eliminated_on,
                eliminated_mode=row.eliminated_mode or "",
                last_visit=None,
                remarks=row.remarks or "",
            )
        )
    return found


def _helpers(session: Session, households: list[str]) -> dict[str, tuple[str, str]]:
    """Household → (helper's name, unit's name)."""
    wanted = (
        select(Assignment.household, Helper.name, Unit.name)
        .join(Helper, col(Helper.code) == Assignment.helper, isouter=True)
        .join(Unit, col(Unit.code) == Assignment.unit, isouter=True)
        .where(col(Assignment.household).in_(households))
    )
    return {
        household: (helper or "", unit or "") for household, helper, unit in session.exec(wanted)
    }


def _last_visits(session: Session, cases: list[str]) -> dict[str, date]:
    wanted = select(Verification.case, func.max(Verification.on)).where(
        col(Verification.case).in_(cases)
    )
    return dict(session.exec(wanted.group_by(Verification.case)).all())


def villages(session: Session, township: str | None = None) -> list[Division]:
    wanted = (
        select(Division).where(Division.level == Level.VILLAGE.value).order_by(col(Division.code))
    )
    return list(session.exec(wanted.where(Division.parent == township) if township else wanted))
