"""What is open and belongs on the agenda of the joint meeting (D12)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from kit.dates import show_day, show_due, show_month
from kit.packs import pack_of
from kit.sentences import ended, sentences
from rulebook.month_plan import meeting_months
from schemas.codes import CaseDecision, OrderState, ReplyResult, Tier
from services.county.cases.models import Case, Source, SourceStage
from services.county.directory.queries import names
from services.county.figures import Cases
from services.county.identification.queries import contested as contested_files
from services.county.meetings.models import Decision, DecisionKind, LineKind, Meeting, MeetingState
from services.county.meetings.queries import KINDS, agenda, meetings, outcome, outcome_words
from services.county.meetings.rules import is_done, is_heard
from services.county.missed_discoveries.models import Candidate, CandidateState
from services.county.orders.models import DispatchOrder
from services.county.orders.rules import Flag
from services.county.service import book
from services.county.statistics.queries.orders import days_since_issue, overdue_orders
from services.county.statistics.queries.reporting import tiers as tiers_of

UNCOVERED = (ReplyResult.NOT_ELIGIBLE, ReplyResult.OTHER_CHANNEL)  # by today's policy


@dataclass(frozen=True)
class Proposal:
    """A line as the open matters propose it. `source` is the same at every refresh."""

    kind: LineKind
    source: str
    title: str
    text: str = ""
    department: str | None = None
    co_departments: tuple[str, ...] = ()
    order: str | None = None
    orders: tuple[str, ...] = ()
    case: str | None = None
    household: str | None = None
    village: str | None = None
    origin: str | None = None


def proposals(session: Session, of: Meeting, on: date) -> list[Proposal]:
    """All that is open, as of `on`, in the order of the agenda (D12): of a case one line, whatever
    is the matter with it.
    """
    months = meeting_months(pack_of(session, of.pack).meeting.cycle, of.month)
    of_cases = [
        *_earlier_decisions(session, of, on),
        *_orders(session, on),
        *_rechecks(session, on),
        *_contested(session),
        *_identifications(session),
    ]
    proposed = [
        *(_three_tiers(session, month, on) for month in months),
        *_one_a_case(of_cases),
        *_missed(session, months, on),
    ]
    return sorted(proposed, key=_place)


def _place(proposal: Proposal) -> int:
    return KINDS.index(proposal.kind)


def _one_a_case(proposed: Iterable[Proposal]) -> Iterator[Proposal]:
    """The first by the agenda's order leads, the others' words and orders follow it."""
    by_case: dict[str, list[Proposal]] = {}
    for proposal in sorted(proposed, key=_place):
        by_case.setdefault(proposal.case or proposal.source, []).append(proposal)
    for case, (first, *others) in by_case.items():
        every = [first, *others]
        orders = tuple(
            dict.fromkeys(
                order
                for proposal in every
                for order in proposal.orders or filter(None, [proposal.order])
            )
        )
        departments = tuple(
            dict.fromkeys(proposal.department for proposal in every if proposal.department)
        )
        yield replace(
            first,
            source=f"case:{case}" if first.case else first.source,
            title="；".join(proposal.title for proposal in every),
            text="".join(ended(proposal.text) for proposal in every if proposal.text),
            department=departments[0] if departments else None,
            co_departments=departments[1:],
            order=orders[0] if orders else None,
            orders=orders,
        )


def _earlier_decisions(session: Session, of: Meeting, on: date) -> Iterator[Proposal]:
    """All of the last meeting's, done or not; of those before it, what is still not done."""
    before = [
        meeting
        for meeting in meetings(session)
        if meeting.on < of.on and meeting.state == MeetingState.ISSUED
    ]
    for past in before:
        decisions = select(Decision).where(
            Decision.meeting == past.id, Decision.kind != DecisionKind.NOTED
        )
        for decision in session.exec(decisions.order_by(col(Decision.id))):
            became = outcome(session, decision, on)
            if past is before[0] or not is_done(became):
                yield Proposal(
                    LineKind.DECISION,
                    f"decision:{decision.id}",
                    f"{show_day(past.held_on)}会议议定：{decision.text}",
                    f"责任：{decision.responsible or '—'}；期限：{_limit(session, decision)}；落实情况：{outcome_words(decision, became)}。",
                    department=decision.department,
                    order=decision.order,
                    orders=tuple(decision.orders),
                    case=decision.case,
                    household=decision.household,
                    village=decision.village,
                )


def _limit(session: Session, decision: Decision) -> str:
    """What the meeting set, and what it is now where a rule has made it later since."""
    calendar = book(session).calendar
    order = session.get(DispatchOrder, decision.order) if decision.order else None
    now = order.solve_due if order and order.closed_on is None else None
    moved = decision.due and now and now > decision.due
    return show_due(decision.due, calendar) + (
        f"（现为{show_due(now, calendar)}）" if moved else ""
    )


def _three_tiers(session: Session, month: str, on: date) -> Proposal:
    tiers = tiers_of(session, month, on)
    cases, visits = tiers.cases, tiers.visits
    clauses = [
        *(
            f"{tier.label}应报{tier.expected}、免报{tier.exempt}、按时{tier.on_time}、"
            f"迟报{tier.late}、未报{tier.missing}、未到期{tier.waiting}、零报告{tier.nil}"
            for tier in tiers.summary
        ),
        f"应联系{visits.required}户、已联系{visits.contacted}户、未联系上{visits.unreached}户",
        f"县级核实{cases.opened}户：{_decided(cases)}；超过核实时限{cases.verify_overdue}户",
    ]
    return Proposal(
        LineKind.TIERS,
        f"tiers:{month}",
        f"通报{show_month(month)}三级监测网络工作情况",
        "；".join(clauses) + "。",
    )


def _decided(cases: Cases) -> str:
    return (
        f"符合条件{cases.verified}户、不符合条件{cases.not_qualified}户、"
        f"退回复核{cases.recheck}户、尚未核实{cases.open}户"
    )


def _orders(session: Session, on: date) -> Iterator[Proposal]:
    """One line an order, however much is the matter with it: a second return before a flag before a
    policy gap.
    """
    flags = {order.order: flags for order, flags in overdue_orders(session, on)}
    rows = _stuck(session, flags)
    called = names(session, {code for order in rows for code in (order.village, order.department)})
    for order in rows:
        kind, matter = _matter(order, flags.get(order.order, []))
        about = f"{order.number} {called[order.village]} {order.gap_item.label}"
        yield Proposal(
            kind,
            f"order:{order.order}",
            f"{about}（{called.get(order.department or '', '待派单')}）：{matter}",
            _so_far(session, order, on),
            department=order.department,
            order=order.order,
            case=order.case,
            household=order.household,
            village=order.village,
            origin=order.overdue_origin if order.order in flags else order.origin,
        )


def _stuck(session: Session, overdue: Iterable[str]) -> Sequence[DispatchOrder]:
    """The overdue, and of the open ones those returned twice, doubted, or answered otherwise than
    solved.
    """
    answered = (ReplyResult.FACTS_DIFFER, *UNCOVERED)
    disputed = or_(
        col(DispatchOrder.for_meeting).is_(True),
        _not_received(),
        col(DispatchOrder.result).in_(answered),
    )
    statement = select(DispatchOrder).where(
        or_(
            col(DispatchOrder.order).in_(overdue),
            and_(col(DispatchOrder.closed_on).is_(None), disputed),
        )
    )
    return session.exec(
        statement.order_by(col(DispatchOrder.first_issued_on), col(DispatchOrder.number))
    ).all()


def _not_received() -> ColumnElement[bool]:
    """The village has said that what was reported solved has not come, and nothing was reported
    since.
    """
    return and_(
        col(DispatchOrder.doubted) > 0,
        col(DispatchOrder.state) == OrderState.UNDER_WAY,
        or_(col(DispatchOrder.result).is_(None), col(DispatchOrder.result) == ReplyResult.SOLVED),
    )


def to_add(session: Session, meeting_id: str, on: date) -> dict[str, str]:
    """Order → how a select names it: of the open ones those that are late with anything, or for the
    meeting, and are not on its agenda yet.
    """
    listed = {order for line in agenda(session, meeting_id) for order in line.orders}
    late = select(DispatchOrder).where(
        col(DispatchOrder.closed_on).is_(None), func.cardinality(col(DispatchOrder.overdue)) > 0
    )
    stuck = _stuck(session, [order.order for order, _ in overdue_orders(session, on)])
    orders = {order.order: order for order in [*session.exec(late), *stuck]}
    called = names(session, {order.village for order in orders.values()})
    return {
        order.order: f"{order.number} {called[order.village]} {order.gap_item.label}"
        for order in sorted(orders.values(), key=lambda order: order.number)
        if order.order not in listed
    }


def _so_far(session: Session, order: DispatchOrder, on: date) -> str:
    calendar = book(session).calendar
    report, solve = (show_due(due, calendar) for due in (order.report_due, order.solve_due))
    clauses = [
        f"{show_day(order.first_issued_on)}首次交办，至{show_day(on)}已{days_since_issue(order, calendar, on)}个工作日",
        f"应于{report}前反馈、{solve}前解决",
        f"现状态：{order.state.label}",
    ]
    if order.return_reason:
        which = "再次退回没有受理，部门的理由" if order.for_meeting else "退回原因"
        clauses.append(f"{which}：{order.return_reason.rstrip('。')}")
    return "；".join(clauses) + "。"


def _matter(order: DispatchOrder, flags: list[Flag]) -> tuple[LineKind, str]:
    words = [flag.label for flag in flags]
    if order.for_meeting and order.closed_on is None:
        return LineKind.SECOND_RETURN, "、".join(["再次退回，提请会议研究", *words])
    if flags:
        return LineKind.OVERDUE, "、".join(words)
    if order.result in UNCOVERED:
        return LineKind.POLICY, f"部门答复“{order.result.label}”，现有政策没有覆盖"
    if order.result == ReplyResult.FACTS_DIFFER:
        return LineKind.CONTESTED, "部门答复与县级核实不一致"
    return LineKind.CONTESTED, "部门答复已解决，村级核实未收到"


def _rechecks(session: Session, on: date) -> Iterator[Proposal]:
    statement = select(Case).where(
        Case.decision == CaseDecision.RECHECK,
        col(Case.closed_on).is_(None),
        col(Case.rechecked_on).is_(None),
        col(Case.recheck_due) < on,
    )
    rows = list(session.exec(statement.order_by(col(Case.recheck_due), col(Case.number))))
    called = names(session, {case.village for case in rows} | {case.township for case in rows})
    for case in rows:
        yield Proposal(
            LineKind.RECHECK,
            f"recheck:{case.id}",
            f"{case.number} {called[case.village]}：{called[case.township]}复核逾期",
            f"{show_day(case.decided_on)}退回复核，应于{show_day(case.recheck_due)}前答复。",
            case=case.id,
            household=case.household,
            village=case.village,
        )


def _contested(session: Session) -> Iterator[Proposal]:
    """A finding that one tier struck out and another stands by; a finding no case could be found
    for.
    """
    struck, stands = Source.__table__.alias("struck"), Source.__table__.alias("stands")  # type: ignore[attr-defined]
    pairs = (
        select(Case, struck.c.tier, struck.c.struck_out)
        .join(
            struck,
            and_(struck.c.household == Case.household, struck.c.stage == SourceStage.STRUCK_OUT),
        )
        .where(
            col(Case.decision).in_([CaseDecision.OPEN, CaseDecision.RECHECK]),
            col(Case.closed_on).is_(None),
            select(stands.c.finding)
            .where(stands.c.case == Case.id, stands.c.stage == SourceStage.AT_COUNTY)
            .exists(),
        )
    )
    for case, tier, reason in session.execute(pairs.order_by(col(Case.number))):
        yield Proposal(
            LineKind.CONTESTED,
            f"case:{case.id}",
            f"{case.number} {names(session, [case.village])[case.village]}：各级意见不一致",
            f"{Tier(tier).label}上报后划去（{reason}），其他渠道仍认为有风险。",
            case=case.id,
            household=case.household,
            village=case.village,
        )
    waiting = session.exec(select(Source.village).where(col(Source.unmatched).is_(True))).all()
    if waiting:
        villages = "、".join(sorted(names(session, waiting).values()))
        yield Proposal(
            LineKind.CONTESTED,
            "unmatched",
            f"{len(waiting)}条线索尚未对应到户",
            f"涉及：{villages}。",
        )


def _identifications(session: Session) -> Iterator[Proposal]:
    """Households that somebody contests before the county decides, and doubts left open."""
    for file, village, matters in contested_files(session):
        due = f"，应在{show_day(file.total_due)}前办结" if file.total_due else ""
        yield Proposal(
            LineKind.CONTESTED,
            f"file:{file.id}",
            f"{file.number} {village}：{'、'.join(matters)}",
            f"{show_day(file.opened_on)}开始识别{due}，还没有审定。",
            case=file.case,
            household=file.household,
            village=file.village,
        )


def _missed(session: Session, months: Sequence[str], on: date) -> Iterator[Proposal]:
    """Candidates of this cycle, and earlier ones nobody has decided, once the tier was heard
    (B-35).
    """
    statement = select(Candidate).where(
        Candidate.month <= months[-1],
        col(Candidate.state).not_in([CandidateState.DISMISSED, CandidateState.WITHDRAWN]),
        or_(col(Candidate.month).in_(months), col(Candidate.state) != CandidateState.CONFIRMED),
    )
    rows = [
        candidate
        for candidate in session.exec(statement.order_by(col(Candidate.accused), col(Candidate.id)))
        if is_heard(candidate.state, candidate.hearing_due, on)
    ]
    called = names(
        session,
        {
            code
            for candidate in rows
            for code in (candidate.accused, candidate.finder, candidate.village)
        },
    )
    for candidate in rows:
        case = session.exec(
            select(Case)
            .where(Case.household == candidate.household)
            .order_by(col(Case.opened_on).desc())
        ).first()
        about = f"{case.number if case else '未登记'} {called[candidate.village]}"
        yield Proposal(
            LineKind.MISSED,
            f"candidate:{candidate.id}",
            f"{about}：{called[candidate.accused]}应发现未发现",
            _missed_words(candidate, called[candidate.finder]),
            case=case.id if case else None,
            household=candidate.household,
            village=candidate.village,
            origin=candidate.origin,
        )


def _missed_words(candidate: Candidate, finder: str) -> str:
    """Who said what and when, since when there is a risk, what was explained, who judges."""
    since = "起始时间不明，先问清"
    heard = f"听取说明期限{show_day(candidate.hearing_due)}已过，没有说明"
    if candidate.since_day:
        about = "前后" if candidate.since_about else ""
        since = f"{show_day(candidate.since_day)}{about}起有风险"
    if candidate.explanation:
        heard = f"说明：{candidate.explanation}"
    confirmed = candidate.state is CandidateState.CONFIRMED
    judged = "人工已确认" if confirmed else "是否属于应发现未发现由会议研究，由人认定"
    told = f"{show_day(candidate.said_on)}{candidate.statement.label}"
    return sentences(f"{told}；{finder}发现，{since}", heard, judged)
