"""Verification and decision (N-13, T-10, D-09): nothing is decided without a visit."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.procedure import clocks
from kit.seal import unseal
from schemas.codes import Coded, RiskCause
from schemas.county import CaseNotQualified, CaseReopened, CaseSentBack
from schemas.values import FindingWords, Since
from schemas.village import RecheckAnswered
from services.county.answers import commands as answers
from services.county.answers.forms import AnswerForm
from services.county.answers.queries import unsigned_alone
from services.county.cases import queries as cases_queries
from services.county.cases.commands import locked, record_entry
from services.county.cases.deadlines import VERIFY_DUE
from services.county.cases.models import Case, Source, Verification
from services.county.cases.procedure import CASE, RECHECK, VERIFY, A, C, terms
from services.county.cases.rules import (
    NOT_QUALIFIED_REASONS,
    NeedDraft,
    checks_missing,
    names_somebody,
)
from services.county.locks import hold_cases
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.office import note_office
from services.county.register.models import Household
from services.county.verification.forms import DecisionForm, Ruling, VisitForm
from services.county.verification.policy import policy


def record_visit(
    session: Session, case_id: str, form: VisitForm, *, actor: Actor, on: date
) -> Verification:
    """The office was at the household's home."""
    case = locked(session, case_id)
    policy.require(actor, "record_visit", case)
    if case.closed_on is not None:
        raise Conflict("这条线索已经办结，不能再登记核实。")
    CASE.require(case, A.VISIT)
    if form.on > on:
        raise Refused("入户日期不能晚于今天。")
    if form.on < case.opened_on:
        raise Refused("入户日期早于线索登记日期；请填写登记以后的走访。")
    visit = Verification(case=case.id, entered_by=actor.label, **form.model_dump())
    session.add(visit)
    case.version += 1
    record_entry(session, case, form.on, f"入户核实（{form.visitors}）", actor)
    session.flush()
    return visit


def decide(session: Session, case_id: str, form: DecisionForm, *, actor: Actor, on: date) -> Case:
    """One of the four rulings, each with what it needs."""
    match form.decision:
        case Ruling.VERIFIED:
            if form.primary_cause is None:
                raise Refused("请选择主要原因。", field="primary_cause")
            return verify(
                session,
                case_id,
                primary_cause=form.primary_cause,
                needs=[need.draft() for need in form.needs],
                answers_to=form.answers,
                since=form.since,
                risk_point=form.risk_point,
                matter=form.matter,
                actor=actor,
                on=on,
            )
        case Ruling.NOT_QUALIFIED:
            return turn_down(
                session, case_id, reason=form.reason, answers_to=form.answers, actor=actor, on=on
            )
        case Ruling.RECHECK:
            return send_back(session, case_id, question=form.question, actor=actor, on=on)
        case Ruling.REOPEN:
            return reopen_decision(session, case_id, reason=form.reason, actor=actor, on=on)


def verify(
    session: Session,
    case_id: str,
    *,
    primary_cause: RiskCause,
    needs: Sequence[NeedDraft],
    actor: Actor,
    on: date,
    answers_to: Sequence[AnswerForm] = (),
    since: Since = Since(),
    risk_point: str | None = None,
    matter: str | None = None,
) -> Case:
    """Verified: one primary cause, and each gap item with its question becomes an order (GT-27);
    every source is answered.
    """
    case = _to_decide(session, case_id, A.VERIFY, actor)
    _demand_signed(session, case)
    _demand_checks(session, case)
    if since.day and since.day > on:
        raise Refused("风险发生的时间不能晚于今天。", field="since")
    if not needs:
        raise Refused("请至少填写一项缺口（缺什么），并写明要部门解决的问题。", field="needs")
    sources = cases_queries.standing(session, case.id)
    _describe(case, sources, primary_cause, since, risk_point, matter)
    household = session.get(Household, case.household)
    rows = [
        answers.need_row(case, draft, household, sources, on, f"needs.{index}")
        for index, draft in enumerate(needs)
    ]
    session.add_all(rows)
    answers.answer_by_needs(session, sources, rows, answers_to, on)
    session.flush()
    _decided(session, case, A.VERIFY, actor, on)
    line = f"核实属实：主要原因是{primary_cause.label}，{len(rows)}项缺口转交部门"
    record_entry(session, case, on, line, actor)
    emit(session, answers.case_verified(session, case, rows, household, sources, actor.account, on))
    missed_discoveries_commands.weigh_case(session, case, on)
    return case


def turn_down(
    session: Session,
    case_id: str,
    *,
    reason: str,
    actor: Actor,
    on: date,
    answers_to: Sequence[AnswerForm] = (),
) -> Case:
    """Not qualified, for a reason of the list: it leaves the county in clear, so it names
    nobody.
    """
    case = _to_decide(session, case_id, A.TURN_DOWN, actor)
    _demand_signed(session, case)
    _demand_checks(session, case)
    if reason not in NOT_QUALIFIED_REASONS:
        raise Refused(
            f"请选择不符合条件的原因：{'、'.join(NOT_QUALIFIED_REASONS)}。", field="reason"
        )
    sources = cases_queries.standing(session, case.id)
    answers.answer_by_reason(session, sources, answers_to, on)
    _decided(session, case, A.TURN_DOWN, actor, on)
    case.reason, case.closed_on = reason, on
    record_entry(session, case, on, f"不符合条件：{reason}", actor)
    emit(
        session,
        CaseNotQualified(
            case=case.id,
            household=case.household,
            village=case.village,
            on=on,
            reason=reason,
            findings=_finding_ids(session, case),
            answers=answers.told(sources),
        ),
    )
    missed_discoveries_commands.weigh_case(session, case, on)
    return case


def send_back(session: Session, case_id: str, *, question: str, actor: Actor, on: date) -> Case:
    """Back to the township, which looks again within five working days (D-09)."""
    case = _to_decide(session, case_id, A.SEND_BACK, actor)
    if not question.strip():
        raise Refused("请写明要乡镇复核的问题。", field="question")
    if names_somebody(question, _people(session, case)):
        raise Refused(
            "问题里不要写姓名、身份证号码或电话，乡镇可以看到是哪一户。", field="question"
        )
    case.recheck_question, case.rechecked_on, case.recheck_still_at_risk, case.recheck_note = (
        question,
        None,
        None,
        None,
    )
    _decided(session, case, A.SEND_BACK, actor, on)
    assert case.recheck_due
    record_entry(session, case, on, f"退回乡镇复核：{question}", actor)
    tell_sent_back(session, case)
    return case


def tell_sent_back(session: Session, case: Case) -> None:
    """What the township has to look at again, and until when; told again, the latest counts."""
    assert case.decided_on
    assert case.recheck_due
    emit(
        session,
        CaseSentBack(
            case=case.id,
            number=case.number,
            household=case.household,
            village=case.village,
            township=case.township,
            on=case.decided_on,
            due=case.recheck_due,
            question=case.recheck_question or "",
            findings=_finding_ids(session, case),
        ),
    )


def answer_recheck(session: Session, event: RecheckAnswered) -> None:
    """The township has looked again: the case is the office's once more, with a new verification
    date, unless the first had passed before it was sent back.
    """
    case = session.get(Case, event.case, with_for_update=True)
    if case is None or A.ANSWER_RECHECK not in CASE.allowed(case):
        return
    case.rechecked_on, case.recheck_still_at_risk = event.on, event.still_at_risk
    case.recheck_note = unseal(session, event.sealed, FindingWords).note
    _enter(session, case, A.ANSWER_RECHECK, event.on)
    record_entry(
        session, case, event.on, f"乡镇复核：{'仍有风险' if event.still_at_risk else '未见风险'}"
    )


def reopen_decision(session: Session, case_id: str, *, reason: str, actor: Actor, on: date) -> Case:
    """Take a decision back. A verified case is the departments' already: its orders are dealt with
    there.
    """
    hold_cases(session)
    case = locked(session, case_id)
    policy.require(actor, "decide", case)
    CASE.require(case, A.REOPEN)
    if not reason.strip():
        raise Refused("请写明撤回决定的原因。", field="reason")
    if other := cases_queries.open_case(session, case.household):
        raise Conflict(f"这户已经另行登记为{other.number}，请在那条风险线索里办理。")
    if case.rechecked_on is None:  # the decision ended a recheck that nobody had answered
        case.recheck_question, case.recheck_due = None, None
    answers.take_back(session, case, on)
    _enter(session, case, A.REOPEN, on)
    case.closed_on, case.reason = None, None
    record_entry(session, case, on, f"撤回决定，重新核实：{reason}", actor)
    emit(
        session,
        CaseReopened(
            case=case.id,
            number=case.number,
            household=case.household,
            village=case.village,
            on=on,
            findings=_finding_ids(session, case),
        ),
    )
    return case


def note_verify_overdue(session: Session, case_id: str, on: date) -> None:
    """T-10 has passed in silence: the office is shown late like everyone else."""
    case = session.get(Case, case_id, with_for_update=True)
    if case and VERIFY in CASE.state_of(case).clocks and case.verify_due <= on:
        record_entry(session, case, on, "核实超过期限")
        note_office(session, case.month, "verify", late=True, on=None)


def note_recheck_overdue(session: Session, case_id: str, on: date) -> None:
    case = session.get(Case, case_id, with_for_update=True)
    if case and RECHECK in CASE.state_of(case).clocks:
        record_entry(session, case, on, "乡镇复核超过期限，县里可以直接决定")


def _to_decide(session: Session, case_id: str, action: A, actor: Actor) -> Case:
    hold_cases(session)
    case = locked(session, case_id)
    policy.require(actor, "decide", case)
    CASE.require(case, action)
    if session.exec(select(Verification.id).where(Verification.case == case.id)).first() is None:
        raise Refused("还没有入户核实记录，不能作决定。请先登记走访情况。")
    return case


def _demand_signed(session: Session, case: Case) -> None:
    """What nobody has signed for is not at the county: a case that a wrong joining had opened may be
    left with it alone (F-13).
    """
    if waiting := unsigned_alone(session, case):
        raise Conflict(f"这条线索余下的来源还没有签发，不能作决定：{waiting}。")


def _demand_checks(session: Session, case: Case) -> None:
    """Nothing is decided before the visits say whom they met and what was seen (N-10, N-13)."""
    if missing := checks_missing(cases_queries.visits(session, case.id)):
        raise Refused(f"入户核实还缺：{'、'.join(missing)}。请先在“登记入户核实”里补记。")


def _enter(session: Session, case: Case, action: A, on: date) -> None:
    """What was decided late stays late, whatever is looked at again (T-10)."""
    case.keep(on)
    kept: dict[Coded, date] | None = {C.VERIFY: case.verify_due} if _was_late(case) else None
    clocks.enter(session, CASE, case, action, on=on, terms=terms(session, case), dues=kept)
    if kept:
        VERIFY_DUE.cancel(session, case.id)  # it has been said
    case.version += 1
    session.add(case)


def _was_late(case: Case) -> bool:
    return case.decided_on is not None and case.decided_on > case.verify_due


def _decided(session: Session, case: Case, action: A, actor: Actor, on: date) -> None:
    note_office(session, case.month, "verify", late=on > case.verify_due, on=on)
    _enter(session, case, action, on)
    case.decided_on, case.decided_by = on, actor.label


def _describe(
    case: Case,
    sources: Sequence[Source],
    primary_cause: RiskCause,
    since: Since,
    risk_point: str | None,
    matter: str | None,
) -> None:
    """What the case is about, as the office says; where it says nothing, as the sources do, first
    those that named its cause.
    """
    told = sorted(sources, key=lambda source: primary_cause not in source.causes)
    case.risk_point = risk_point or next(
        (source.risk_point for source in told if source.risk_point), None
    )
    case.matter = matter or next((source.matter for source in told if source.matter), None)
    if not (case.risk_point and case.matter):
        raise Refused(
            "来源里没有风险点和需解决的相关事宜，请在核实时补填。",
            field="matter" if case.risk_point else "risk_point",
        )
    known = since if since.day else _since(sources)
    case.since_day, case.since_about = known.day, known.about
    causes = [primary_cause, *(cause for source in sources for cause in source.causes)]
    case.primary_cause, case.causes = primary_cause, list(dict.fromkeys(causes))


def _since(sources: Sequence[Source]) -> Since:
    """The earliest day that any source gives."""
    days = sorted((source.since_day, source.since_about) for source in sources if source.since_day)
    return Since(day=days[0][0], about=days[0][1]) if days else Since()


def _finding_ids(session: Session, case: Case) -> tuple[str, ...]:
    return tuple(source.finding for source in cases_queries.standing(session, case.id))


def _people(session: Session, case: Case) -> list[str]:
    household = session.get(Household, case.household)
    members = [member["name"] for member in household.members] if household else []
    return members + [source.head_name for source in cases_queries.sources(session, case.id)]
