"""Cases and all that belongs to them: sources, visits, needs, orders, the timeline."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import has, name_has
from kit.dates import show_day
from kit.errors import NotFound
from kit.lists import Column, Listing
from kit.policy.purpose import Veil, veil_of
from schemas.codes import CaseDecision, Tier
from services.county.cases.models import Case, CaseEntry, NeedRow, Source, SourceStage, Verification
from services.county.cases.policy import policy
from services.county.cases.procedure import CASE
from services.county.cases.rules import CaseStatus
from services.county.cases.views import (
    CaseFile,
    CaseOut,
    NeedOut,
    OrderOut,
    SourceOut,
    TimelineLine,
    VisitOut,
)
from services.county.directory import queries as directory_queries
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.register.models import Household
from services.county.register.queries import entries_of, households_of_hash

ISO_DAY = re.compile(r"(?<!\d)20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
NO_CASE = "没有这条风险线索，可能编号写错了。"


def case(session: Session, case_id: str) -> Case:
    """`NotFound` when there is none."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound(NO_CASE)
    return case


def sources(session: Session, case_id: str) -> list[Source]:
    """Side by side: those at the county first, in the order they came."""
    statement = (
        select(Source)
        .where(Source.case == case_id)
        .order_by(col(Source.received_on), col(Source.finding))
    )
    order = {SourceStage.AT_COUNTY: 0, SourceStage.SUBMITTED: 1, SourceStage.STRUCK_OUT: 2}
    return sorted(session.exec(statement), key=lambda source: order[source.stage])


def open_case(session: Session, household: str) -> Case | None:
    """The household's one open case, its row locked."""
    return open_and_last(session, household)[0]


def open_and_last(session: Session, household: str) -> tuple[Case | None, Case | None]:
    """The household's one open case, its own or else one of an entry that was merged into it (F-04),
    and the one that was closed last; their rows locked.
    """
    statement = (
        select(Case)
        .where(col(Case.household).in_(entries_of(session, household)))
        .order_by(
            col(Case.household) != household, col(Case.closed_on).desc(), col(Case.number).desc()
        )
    )
    cases = session.exec(statement.with_for_update()).all()
    return (
        next((case for case in cases if case.closed_on is None), None),
        next((case for case in cases if case.closed_on is not None), None),
    )


def standing(session: Session, case_id: str) -> list[Source]:
    """Those that a decision has to answer, or has answered before somebody struck them out."""
    return [
        source
        for source in sources(session, case_id)
        if source.stage is not SourceStage.STRUCK_OUT or source.answered_on
    ]


def household_of_id_number(session: Session, source: Source) -> str | None:
    """The household that the source's ID number belongs to; None: none, or a person must say."""
    if not source.id_hash:
        return None
    households = households_of_hash(session, source.id_hash)
    if len(households) == 1:
        return households[0].id
    heads = [household.id for household in households if household.id_hash == source.id_hash]
    if len(heads) > 1:  # one person under two numbers has one case (G-09)
        open_ones = select(Case.household).where(
            col(Case.household).in_(heads), col(Case.closed_on).is_(None)
        )
        with_case = set(session.exec(open_ones))
        return next((id for id in heads if id in with_case), heads[0])
    if households:  # in two households: the one it names, if it is among them
        named = source.household
        return named if any(household.id == named for household in households) else None
    statement = (
        select(Case.household)
        .join(Source, col(Source.case) == Case.id)
        .where(col(Case.closed_on).is_(None), Source.id_hash == source.id_hash)
    )
    return session.exec(statement).first()


def came_on(session: Session, case: Case) -> date:
    """The day on which the first of its findings came to the county: its limit runs from there
    (T-10), however late it was registered.
    """
    came = [source.at_county_on for source in sources(session, case.id) if source.at_county_on]
    return min(came, default=case.opened_on)


def following(session: Session, case_id: str) -> Case | None:
    """The household's next case, opened after this one was closed."""
    statement = select(Case).where(Case.previous == case_id).order_by(col(Case.number))
    return session.exec(statement).first()


def visits(session: Session, case_id: str) -> list[Verification]:
    statement = select(Verification).where(Verification.case == case_id)
    return list(session.exec(statement.order_by(col(Verification.on), col(Verification.id))))


def last_visits(session: Session, households: Sequence[str]) -> dict[str, date]:
    """Household → the day on which the office last saw it at home, in whatever case."""
    statement = (
        select(Case.household, func.max(Verification.on))
        .join(Verification, col(Verification.case) == Case.id)
        .where(among(Case.household, households))
    )
    return dict(session.exec(statement.group_by(Case.household)).all())


def needs(session: Session, case_id: str) -> list[NeedRow]:
    statement = select(NeedRow).where(NeedRow.case == case_id, col(NeedRow.withdrawn_on).is_(None))
    return list(session.exec(statement.order_by(col(NeedRow.id))))


def orders(session: Session, case_id: str) -> list[DispatchOrder]:
    return list(
        session.exec(
            select(DispatchOrder)
            .where(DispatchOrder.case == case_id)
            .order_by(col(DispatchOrder.number))
        )
    )


def timeline(session: Session, case_id: str) -> list[TimelineLine]:
    """Oldest first, the orders' history among it."""
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
        (entry.on, entry.id, f"交办单 {number}：{entry.text}", "发点球")
        for entry, number in _once_overdue(history)
    ]
    return [TimelineLine(on=on, what=_with_days(text), by=by) for on, _, text, by in sorted(rows)]


def _once_overdue(history: Iterable[tuple[OrderEntry, str]]) -> Iterator[tuple[OrderEntry, str]]:
    """That an order is late is said once, though every step of the escalation tells it again."""
    said: dict[str, set[str]] = {}
    for entry, number in sorted(history, key=lambda line: line[0].id):
        late = said.setdefault(entry.order, set())
        if entry.what != "fell-overdue":
            late.clear()
        elif entry.text in late:
            continue
        else:
            late.add(entry.text)
        yield entry, number


def _with_days(text: str) -> str:
    """Days as people read them, in what another service wrote: 2026-10-20 → 2026年10月20日."""
    return ISO_DAY.sub(lambda found: _day(found.group()), text)


def _day(iso: str) -> str:
    try:
        return show_day(date.fromisoformat(iso))
    except ValueError:
        return iso  # the 31st of a short month


def see(session: Session, actor: Actor, case_id: str) -> Case:
    """The case, if the actor may see it."""
    stored = case(session, case_id)
    policy.require(actor, "case", stored)
    return stored


def case_file(session: Session, actor: Actor, case_id: str, lifted: Veil | None = None) -> CaseFile:
    """The case with all that belongs to it, as the actor may read it; `lifted`: of this one view."""
    case = see(session, actor, case_id)
    shown = policy.show(actor, "case", case, CaseOut)
    return CaseFile(
        **shown.model_dump(exclude_unset=True),
        timeline=timeline(session, case_id),
        sources=[shown_source(actor, source, lifted) for source in sources(session, case_id)],
        visits=[
            policy.show(actor, "case_visit", visit, VisitOut) for visit in visits(session, case_id)
        ],
        needs=[policy.show(actor, "case_need", need, NeedOut) for need in needs(session, case_id)],
        orders=[OrderOut.model_validate(order) for order in orders(session, case_id)],
    )


def shown_source(actor: Actor, source: Source, lifted: Veil | None = None) -> SourceOut:
    veil = lifted or veil_of(policy, actor, source, telephone="telephones", id_number="id_numbers")
    return veil.over(policy.show(actor, "case_source", source, SourceOut))


@dataclass(frozen=True)
class CaseLine:
    """A case in a list: the head's name, the tiers that reported it, the village's name."""

    case: Case
    head_name: str
    tiers: tuple[Tier, ...]
    village: str

    @property
    def due(self) -> date | None:
        """The day of the clock that runs."""
        return next((clock.due(self.case) for clock in CASE.state_of(self.case).clocks), None)


CASES = Listing[CaseLine](
    [
        Column("number", "线索编号", lambda line: line.case.number, sort=col(Case.number)),
        Column("head_name", "户主"),
        Column("village", "村", sort=col(Case.village)),
        Column("tiers", "来源"),
        Column("decision", "状态", lambda line: line.case.decision, sort=col(Case.decision)),
        Column("due", "期限"),
        Column("urgent", "紧急", lambda line: line.case.urgent, only="workbook"),
        Column("opened_on", "登记日期", lambda line: line.case.opened_on, only="workbook"),
        Column("decided_on", "决定日期", lambda line: line.case.decided_on, only="workbook"),
        Column("closed_on", "办结日期", lambda line: line.case.closed_on, only="workbook"),
    ],
    order=[col(Case.number).desc()],
)


def cases(
    actor: Actor,
    *,
    month: str | None = None,
    village: str | None = None,
    status: CaseStatus | None = None,
    q: str | None = None,
) -> SelectOfScalar[Case]:
    """The statement of those the actor may see. `village` may be a township; `q`: a name, a case's
    or a household's number.
    """
    statement = select(Case).where(policy.visible(actor, "cases", Case))
    if month:
        statement = statement.where(Case.month == month)
    if village:
        statement = statement.where(
            or_(col(Case.village) == village, col(Case.township) == village)
        )
    if status is CaseStatus.CLOSED:
        statement = statement.where(col(Case.closed_on).is_not(None))
    elif status:
        statement = statement.where(Case.decision == CaseDecision(status))
    if q:
        named = select(Household.id).where(
            or_(name_has(col(Household.head_name), q), col(Household.number) == q)
        )
        listed = select(Source.case).where(
            name_has(col(Source.head_name), q), col(Source.case).is_not(None)
        )
        statement = statement.where(
            or_(has(col(Case.number), q), col(Case.household).in_(named), col(Case.id).in_(listed))
        )
    return statement


def villages(session: Session, actor: Actor) -> set[str]:
    """Codes of the villages of the cases that the actor may see."""
    seen = policy.visible(actor, "cases", Case)
    return set(session.exec(select(Case.village).where(seen).distinct()))


def open_cases(actor: Actor, q: str | None = None) -> SelectOfScalar[Case]:
    """Those a finding may still be put into."""
    return cases(actor, q=q).where(col(Case.closed_on).is_(None))


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
    names = directory_queries.names(session, [row.village for row in rows])
    return [
        CaseLine(
            row,
            heads.get(row.id, ""),
            tuple(dict.fromkeys(tiers.get(row.id, []))),
            names.get(row.village, row.village),
        )
        for row in rows
    ]


def undecided(session: Session) -> list[Case]:
    """Cases the office has to verify, the earliest due first."""
    statement = select(Case).where(
        Case.decision == CaseDecision.OPEN, col(Case.closed_on).is_(None)
    )
    return list(session.exec(statement.order_by(col(Case.verify_due), col(Case.number))))


def unmatched(session: Session) -> list[Source]:
    """Findings at the county of which a person has to say to whose case they belong."""
    statement = select(Source).where(col(Source.unmatched).is_(True))
    return list(session.exec(statement.order_by(col(Source.at_county_on), col(Source.finding))))


def struck_out(session: Session, actor: Actor, month: str) -> list[Source]:
    """Findings that somebody struck out on their way: they stay visible with the reason (GT-26)."""
    statement = select(Source).where(
        Source.month == month,
        Source.stage == SourceStage.STRUCK_OUT,
        policy.visible(actor, "struck_out", Source),
    )
    return list(session.exec(statement.order_by(col(Source.village), col(Source.finding))))
