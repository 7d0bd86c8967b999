"""Verification and decision (N-13, T-10, D-09): nothing is decided without a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from kit import deadlines
from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from kit.seal import seal, unseal
from rulebook.months import end_of
from schemas.codes import CaseDecision, RiskCause, Role
from schemas.county import CaseNotQualified, CaseSentBack, CaseVerified
from schemas.values import FindingWords, Need, NeedWords, Since
from schemas.village import RecheckAnswered
from services.county.cases import queries as cases_queries
from services.county.cases.commands import record_entry
from services.county.cases.models import Case, NeedRow, Source, SourceStage, Verification
from services.county.cases.rules import NOT_QUALIFIED_REASONS, NeedDraft, names_somebody
from services.county.directory import queries as directory_queries
from services.county.locks import hold_cases
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.register.models import Household
from services.county.reporters import commands as reporters_commands
from services.county.service import book, pack


@dataclass(frozen=True)
class Findings:
    """What a verification visit found, in words."""

    visitors: str
    met: str = ""
    house: str = ""
    water: str = ""
    education: str = ""
    medical: str = ""
    income: str = ""
    note: str = ""


def record_visit(
    session: Session, case_id: str, found: Findings, *, visited_on: date, actor: Actor, on: date
) -> Verification:
    """The office was at the household's home."""
    actor.require(Role.COUNTY_CLERK, deed="登记入户核实")
    case = cases_queries.case(session, case_id, lock=True)
    if case.closed_on is not None:
        raise Conflict("这个案件已经办结,不能再登记核实。")
    if visited_on > on:
        raise Refused("入户日期不能晚于今天。")
    if visited_on < case.opened_on:
        raise Refused("入户日期早于立案日期;请填写立案以后的走访。")
    if not found.visitors.strip():
        raise Refused("请填写入户核实的人员。")
    visit = Verification(case=case.id, on=visited_on, entered_by=actor.label, **vars(found))
    session.add(visit)
    case.version += 1
    record_entry(session, case, visited_on, f"入户核实({found.visitors})", actor)
    session.flush()
    return visit


def decide(
    session: Session,
    case_id: str,
    decision: str,
    *,
    actor: Actor,
    on: date,
    primary_cause: RiskCause | None = None,
    needs: Sequence[NeedDraft] = (),
    since: Since = Since(),
    risk_point: str | None = None,
    matter: str | None = None,
    reason: str = "",
    question: str = "",
) -> Case:
    """`decision`: verified, not_qualified, recheck, or reopen for one that was decided before."""
    match decision:
        case "verified":
            if primary_cause is None:
                raise Refused("请选择主要原因。")
            return verify(
                session,
                case_id,
                primary_cause=primary_cause,
                needs=needs,
                since=since,
                risk_point=risk_point,
                matter=matter,
                actor=actor,
                on=on,
            )
        case "not_qualified":
            return turn_down(session, case_id, reason=reason, actor=actor, on=on)
        case "recheck":
            return send_back(session, case_id, question=question, actor=actor, on=on)
        case "reopen":
            return reopen_decision(session, case_id, reason=reason, actor=actor, on=on)
    raise Refused("请选择核实结论:属实、不符合条件,或者退回复核。")


def verify(
    session: Session,
    case_id: str,
    *,
    primary_cause: RiskCause,
    needs: Sequence[NeedDraft],
    actor: Actor,
    on: date,
    since: Since = Since(),
    risk_point: str | None = None,
    matter: str | None = None,
) -> Case:
    """Verified: one primary cause, and each gap item with its question becomes an order (GT-27)."""
    case = _to_decide(session, case_id, actor)
    sources = [
        source
        for source in cases_queries.sources(session, case.id)
        if source.stage != SourceStage.STRUCK_OUT
    ]
    if since.day and since.day > on:
        raise Refused("风险发生的时间不能晚于今天。")
    if not needs:
        raise Refused("请至少填写一项缺口(缺什么),并写明要部门解决的问题。")
    told = sorted(
        sources, key=lambda source: primary_cause not in source.causes
    )  # first who named this cause
    case.risk_point = risk_point or next(
        (source.risk_point for source in told if source.risk_point), None
    )
    case.matter = matter or next((source.matter for source in told if source.matter), None)
    if not (case.risk_point and case.matter):
        raise Refused("来源里没有风险点和需解决的相关事宜,请在核实时补填。")
    household = session.get(Household, case.household)
    rows = [_need(case, draft, household, sources, on) for draft in needs]
    session.add_all(rows)
    known = since if since.day else _since(sources)
    case.since_day, case.since_about = known.day, known.about
    named = dict.fromkeys(
        [primary_cause, *(cause for source in sources for cause in source.causes)]
    )
    case.primary_cause, case.causes = primary_cause, list(named)
    _decided(session, case, CaseDecision.VERIFIED, actor, on)
    record_entry(
        session,
        case,
        on,
        f"核实属实:主要原因{primary_cause.label},{len(rows)}项缺口转交部门",
        actor,
    )
    emit(
        session,
        CaseVerified(
            case=case.id,
            number=case.number,
            household=case.household,
            village=case.village,
            on=on,
            primary_cause=primary_cause,
            causes=tuple(RiskCause(cause) for cause in case.causes),
            urgent=case.urgent,
            needs=tuple(_sealed(session, row, household, sources, case) for row in rows),
            findings=tuple(source.finding for source in sources),
        ),
    )
    missed_discoveries_commands.weigh(session, [case.household], case.month, on)
    return case


def turn_down(session: Session, case_id: str, *, reason: str, actor: Actor, on: date) -> Case:
    """Not qualified, for a reason of the list: it leaves the county in clear, so it names
    nobody.
    """
    case = _to_decide(session, case_id, actor)
    if reason not in NOT_QUALIFIED_REASONS:
        raise Refused(f"请选择不符合条件的原因:{'、'.join(NOT_QUALIFIED_REASONS)}。")
    case.reason, case.closed_on = reason, on
    _decided(session, case, CaseDecision.NOT_QUALIFIED, actor, on)
    record_entry(session, case, on, f"不符合条件:{reason}", actor)
    emit(
        session,
        CaseNotQualified(
            case=case.id,
            household=case.household,
            village=case.village,
            on=on,
            reason=reason,
            findings=_finding_ids(session, case),
        ),
    )
    missed_discoveries_commands.weigh(session, [case.household], case.month, on)
    return case


def send_back(session: Session, case_id: str, *, question: str, actor: Actor, on: date) -> Case:
    """Back to the township, which looks again within five working days (D-09)."""
    case = _to_decide(session, case_id, actor)
    if case.decision == CaseDecision.RECHECK:
        raise Conflict("已经退回乡镇复核,还没有答复。")
    if not question.strip():
        raise Refused("请写明要乡镇复核的问题。")
    if names_somebody(question, _people(session, case)):
        raise Refused("问题里不要写姓名、身份证号码或电话,乡镇可以看到是哪一户。")
    rules = pack(session, on)
    case.recheck_due = rules.due(on, rules.identify.recheck_limit, book(session).calendar)
    case.recheck_question, case.rechecked_on, case.recheck_still_at_risk, case.recheck_note = (
        question,
        None,
        None,
        None,
    )
    _decided(session, case, CaseDecision.RECHECK, actor, on)
    record_entry(session, case, on, f"退回乡镇复核:{question}", actor)
    deadlines.set(session, "recheck due", case.id, end_of(case.recheck_due))
    emit(
        session,
        CaseSentBack(
            case=case.id,
            number=case.number,
            household=case.household,
            village=case.village,
            township=case.township,
            on=on,
            due=case.recheck_due,
            question=question,
            findings=_finding_ids(session, case),
        ),
    )
    return case


def answer_recheck(session: Session, event: RecheckAnswered) -> None:
    """The township has looked again: the case is the office's once more, with a new verification
    date.
    """
    case = session.get(Case, event.case, with_for_update=True)
    if case is None or case.decision != CaseDecision.RECHECK:
        return
    rules = pack(session, event.on)
    case.decision, case.rechecked_on, case.recheck_still_at_risk = (
        CaseDecision.OPEN,
        event.on,
        event.still_at_risk,
    )
    case.recheck_note = unseal(session, event.sealed, FindingWords).note
    case.verify_due = rules.due(event.on, rules.monthly.county_verify_limit, book(session).calendar)
    case.version += 1
    deadlines.cancel(session, "recheck due", case.id)
    deadlines.set(session, "verify due", case.id, end_of(case.verify_due))
    record_entry(
        session, case, event.on, f"乡镇复核:{'仍有风险' if event.still_at_risk else '未见风险'}"
    )


def reopen_decision(session: Session, case_id: str, *, reason: str, actor: Actor, on: date) -> Case:
    """Take a decision back. A verified case is the departments' already: its orders are dealt with
    there.
    """
    actor.require(Role.COUNTY_CLERK, deed="撤回决定")
    hold_cases(session)
    case = cases_queries.case(session, case_id, lock=True)
    if case.decision != CaseDecision.NOT_QUALIFIED:
        raise Conflict("只有“不符合条件”的决定可以撤回;已核实的请在“发点球”里处理交办单。")
    if not reason.strip():
        raise Refused("请写明撤回决定的原因。")
    if cases_queries.open_case(session, case.household):
        raise Conflict("这户已经另立新案,请在新案里办理。")
    rules = pack(session, on)
    case.decision, case.closed_on, case.reason = CaseDecision.OPEN, None, None
    case.verify_due = rules.due(on, rules.monthly.county_verify_limit, book(session).calendar)
    case.version += 1
    deadlines.set(session, "verify due", case.id, end_of(case.verify_due))
    record_entry(session, case, on, f"撤回决定,重新核实:{reason}", actor)
    return case


def note_verify_overdue(session: Session, case_id: str, on: date) -> None:
    """T-10 has passed in silence: the office is shown late like everyone else."""
    case = session.get(Case, case_id, with_for_update=True)
    if case and case.decision == CaseDecision.OPEN and case.verify_due <= on:
        record_entry(session, case, on, "核实超过期限")
        reporters_commands.note_office(session, case.month, "verify", late=True, on=None)


def note_recheck_overdue(session: Session, case_id: str, on: date) -> None:
    case = session.get(Case, case_id, with_for_update=True)
    if case and case.decision == CaseDecision.RECHECK:
        record_entry(session, case, on, "乡镇复核超过期限,县里可以直接决定")


def _to_decide(session: Session, case_id: str, actor: Actor) -> Case:
    actor.require(Role.COUNTY_CLERK, deed="作出核实决定")
    hold_cases(session)
    case = cases_queries.case(session, case_id, lock=True)
    if case.closed_on is not None or case.decision in (
        CaseDecision.VERIFIED,
        CaseDecision.NOT_QUALIFIED,
    ):
        raise Conflict("这个案件已经作出决定。")
    if session.exec(select(Verification.id).where(Verification.case == case.id)).first() is None:
        raise Refused("还没有入户核实记录,不能作决定。请先登记走访情况。")
    return case


def _decided(session: Session, case: Case, decision: CaseDecision, actor: Actor, on: date) -> None:
    deadlines.cancel(session, "verify due", case.id)
    deadlines.cancel(session, "recheck due", case.id)
    reporters_commands.note_office(session, case.month, "verify", late=on > case.verify_due, on=on)
    case.decision, case.decided_on, case.decided_by, case.version = (
        decision,
        on,
        actor.label,
        case.version + 1,
    )
    session.add(case)


def _need(
    case: Case, draft: NeedDraft, household: Household | None, sources: Sequence[Source], on: date
) -> NeedRow:
    members = {
        member["name"]: member.get("id_number")
        for member in (household.members if household else [])
    }
    if draft.person_name and members and draft.person_name not in members:
        raise Refused(f"“{draft.person_name}”不是这户的家庭成员,请重新选择涉及的人。")
    if not draft.question.strip():
        raise Refused(f"请写明“{draft.gap_item.label}”要部门解决的问题。")
    if names_somebody(draft.question, [*members, *(source.head_name for source in sources)]):
        raise Refused("给部门的问题里不要写姓名、身份证号码或电话,部门另行收到加密的查询信息。")
    return NeedRow(
        id=new_id(),
        case=case.id,
        gap_item=draft.gap_item,
        question=draft.question.strip(),
        department=draft.department or None,
        person_name=draft.person_name or None,
        person_id_number=members.get(draft.person_name or ""),
        on=on,
    )


def _sealed(
    session: Session,
    row: NeedRow,
    household: Household | None,
    sources: Sequence[Source],
    case: Case,
) -> Need:
    listed = sources[0] if sources else None
    words = NeedWords(
        head_name=(household.head_name if household else "")
        or (listed.head_name if listed else ""),
        id_number=(household.id_number if household else None)
        or (listed.id_number if listed else None),
        person_name=row.person_name,
        person_id_number=row.person_id_number,
        village_name=directory_queries.name_of(session, case.village),
    )
    return Need(
        need=row.id,
        gap_item=row.gap_item,
        question=row.question,
        department=row.department,
        sealed=seal(session, words),
    )


def _since(sources: Sequence[Source]) -> Since:
    """The earliest day that any source gives."""
    days = sorted((source.since_day, source.since_about) for source in sources if source.since_day)
    return Since(day=days[0][0], about=days[0][1]) if days else Since()


def _finding_ids(session: Session, case: Case) -> tuple[str, ...]:
    return tuple(
        one.finding
        for one in cases_queries.sources(session, case.id)
        if one.stage != SourceStage.STRUCK_OUT
    )


def _people(session: Session, case: Case) -> list[str]:
    household = session.get(Household, case.household)
    members = [member["name"] for member in household.members] if household else []
    return members + [source.head_name for source in cases_queries.sources(session, case.id)]
