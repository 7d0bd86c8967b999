"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import Forbidden, NotFound
from rulebook.divisions import within
from schemas.codes import CaseDecision, Role, Tier
from services.county.cases.models import Case, CaseEntry, NeedRow, Source, SourceStage, Verification
from services.county.cases.rules import COUNTY_ROLES
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.register.models import Assignment, Household

PAGE = 50


def case(session: Session, case_id: str, *, lock: bool = False) -> Case:
    """The case, its row locked when it is to change; `NotFound` otherwise."""
    found = session.get(Case, case_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("没有这个案件,可能已经合并或编号写错了。")
    return found


def open_case(session: Session, household: str) -> Case | None:
    """The household's one open case, its row locked."""
    wanted = select(Case).where(Case.household == household, col(Case.closed_on).is_(None))
    return session.exec(wanted.with_for_update()).one_or_none()


def open_and_last(session: Session, household: str) -> tuple[Case | None, Case | None]:
    """The household's one open case, and the one that was closed last; their rows locked."""
    wanted = (
        select(Case)
        .where(Case.household == household)
        .order_by(col(Case.closed_on).desc(), col(Case.number).desc())
    )
    found = session.exec(wanted.with_for_update()).all()
    return (
        next((case for case in found if case.closed_on is None), None),
        next((case for case in found if case.closed_on is not None), None),
    )


def sources(session: Session, case_id: str) -> list[Source]:
    """Side by side: those at the county first, in the order they came."""
    wanted = (
        select(Source)
        .where(Source.case == case_id)
        .order_by(col(Source.received_on), col(Source.finding))
    )
    order = {SourceStage.AT_COUNTY: 0, SourceStage.SUBMITTED: 1, SourceStage.STRUCK_OUT: 2}
    return sorted(session.exec(wanted), key=lambda source: order[source.stage])


def visits(session: Session, case_id: str) -> list[Verification]:
    wanted = select(Verification).where(Verification.case == case_id)
    return list(session.exec(wanted.order_by(col(Verification.on), col(Verification.id))))


def needs(session: Session, case_id: str) -> list[NeedRow]:
    wanted = select(NeedRow).where(NeedRow.case == case_id, col(NeedRow.withdrawn_on).is_(None))
    return list(session.exec(wanted.order_by(col(NeedRow.id))))


def orders(session: Session, case_id: str) -> list[DispatchOrder]:
    return list(
        session.exec(
            select(DispatchOrder)
            .where(DispatchOrder.case == case_id)
            .order_by(col(DispatchOrder.number))
        )
    )


def timeline(session: Session, case_id: str) -> list[tuple[date, str, str]]:
    """(day, what, by whom), oldest first, its orders' history among it."""
    entries = session.exec(
        select(CaseEntry).where(CaseEntry.case == case_id).order_by(col(CaseEntry.id))
    )
    rows = [(entry.on, entry.id, entry.what, entry.by) for entry in entries]
    history = session.exec(
        select(OrderEntry, DispatchOrder.number)
        .join(DispatchOrder, col(DispatchOrder.order) == OrderEntry.order)
        .where(DispatchOrder.case == case_id)
    )
    rows += [
        (entry.on, entry.id, f"交办单 {number}:{entry.text}", "发点球") for entry, number in history
    ]
    return [(on, what, by) for on, _, what, by in sorted(rows)]


def visible(actor: Actor):
    """The condition on `Case` for what the actor may see: own place downwards, county roles all."""
    match actor.role:
        case Role.COUNTY_CLERK | Role.COUNTY_LEADER | Role.ADMINISTRATOR | Role.SYSTEM:
            return col(Case.id).is_not(None)
        case Role.VILLAGE_CLERK:
            return col(Case.village) == actor.place
        case Role.TOWNSHIP_CLERK | Role.TOWNSHIP_HEAD:
            return col(Case.township) == actor.place
        case Role.HELPER:
            return col(Case.household).in_(
                select(Assignment.household).where(Assignment.helper == actor.place)
            )
        case Role.UNIT_CLERK | Role.UNIT_HEAD:
            return col(Case.household).in_(
                select(Assignment.household).where(Assignment.unit == actor.place)
            )
        case Role.SUPERVISOR:
            return col(Case.id).in_(select(Source.case).where(Source.reporter == actor.place))
        case _:
            return col(Case.id).is_(None)


def see(session: Session, actor: Actor, case_id: str) -> Case:
    """The case, if the actor may see it."""
    found = case(session, case_id)
    if session.exec(select(Case.id).where(Case.id == case_id, visible(actor))).first() is None:
        raise Forbidden("这个案件不在您的查看范围内。")
    return found


def require_county(actor: Actor, deed: str) -> None:
    actor.require(*COUNTY_ROLES, deed=deed)


@dataclass(frozen=True)
class CaseLine:
    """A case in a list, with the head's name and the tiers that reported it."""

    case: Case
    head_name: str
    tiers: tuple[Tier, ...]


def cases(
    session: Session,
    actor: Actor,
    *,
    month: str | None = None,
    village: str | None = None,
    status: str | None = None,
    q: str | None = None,
    page: int = 1,
) -> tuple[list[CaseLine], int]:
    """One page of cases, newest number first, and how many there are. `village` may be a township;
    `status`: a decision, or closed."""
    wanted = select(Case).where(visible(actor))
    if month:
        wanted = wanted.where(Case.month == month)
    if village:
        wanted = wanted.where(or_(col(Case.village) == village, col(Case.township) == village))
    if status == "closed":
        wanted = wanted.where(col(Case.closed_on).is_not(None))
    elif status:
        wanted = wanted.where(Case.decision == status)
    if q:
        named = select(Household.id).where(
            or_(col(Household.head_name).contains(q), col(Household.number) == q)
        )
        listed = select(Source.case).where(
            col(Source.head_name).contains(q), col(Source.case).is_not(None)
        )
        wanted = wanted.where(
            or_(
                col(Case.number).contains(q),
                col(Case.household).in_(named),
                col(Case.id).in_(listed),
            )
        )
    total = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    rows = list(
        session.exec(wanted.order_by(col(Case.number).desc()).limit(PAGE).offset((page - 1) * PAGE))
    )
    return lines(session, rows), total


def lines(session: Session, rows: Sequence[Case]) -> list[CaseLine]:
    ids = [row.id for row in rows]
    heads: dict[str, str] = {}
    tiers: dict[str, list[Tier]] = {}
    for source in session.exec(
        select(Source).where(col(Source.case).in_(ids)).order_by(col(Source.received_on))
    ):
        assert source.case
        heads.setdefault(source.case, source.head_name)
        tiers.setdefault(source.case, []).append(source.tier)
    return [
        CaseLine(row, heads.get(row.id, ""), tuple(dict.fromkeys(tiers.get(row.id, []))))
        for row in rows
    ]


def undecided(session: Session) -> list[Case]:
    """Cases the office has to verify, the earliest due first."""
    wanted = select(Case).where(Case.decision == CaseDecision.OPEN, col(Case.closed_on).is_(None))
    return list(session.exec(wanted.order_by(col(Case.verify_due), col(Case.number))))


def sent_back(session: Session) -> list[Case]:
    wanted = select(Case).where(
        Case.decision == CaseDecision.RECHECK, col(Case.closed_on).is_(None)
    )
    return list(session.exec(wanted.order_by(col(Case.recheck_due), col(Case.number))))


def unmatched(session: Session) -> list[Source]:
    """Findings at the county of which a person has to say to whose case they belong."""
    wanted = select(Source).where(col(Source.unmatched).is_(True))
    return list(session.exec(wanted.order_by(col(Source.at_county_on), col(Source.finding))))


def struck_out(session: Session, actor: Actor, month: str) -> list[Source]:
    """Findings that somebody struck out on their way: they stay visible with the reason (GT-26)."""
    wanted = select(Source).where(Source.month == month, Source.stage == SourceStage.STRUCK_OUT)
    rows = session.exec(wanted.order_by(col(Source.village), col(Source.finding)))
    return [row for row in rows if actor.role in COUNTY_ROLES or _below(actor, row)]


def _below(actor: Actor, source: Source) -> bool:
    return source.reporter == actor.place or (
        actor.place.isdigit() and within(source.village, actor.place)
    )
