"""The needs of a verified case, and the answer to each of its sources (N-13): at the decision,
and to a source that came after it.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, NotFound, Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.county import CaseVerified
from schemas.values import Need, NeedWords, SourceAnswer, VisitWords
from services.county.answers import queries
from services.county.answers.forms import AnswerForm, LateAnswerForm
from services.county.answers.policy import policy
from services.county.cases import queries as cases_queries
from services.county.cases.commands import locked, record_entry
from services.county.cases.models import Case, NeedRow, Source
from services.county.cases.rules import NeedDraft, names_somebody
from services.county.directory import queries as directory_queries
from services.county.locks import hold_cases
from services.county.register.models import Household


def answer_by_needs(
    session: Session,
    sources: Sequence[Source],
    needs: Sequence[NeedRow],
    answers: Iterable[AnswerForm],
    on: date,
) -> None:
    """Each source is dealt with by a need, or somebody says why not. One source and one need need
    no words; `Refused` names what was left out.
    """
    chosen = _chosen(session, sources, answers)
    if not chosen and len(sources) == len(needs) == 1:
        chosen = {sources[0].finding: AnswerForm(finding=sources[0].finding, need=1)}
    _demand_all(session, sources, chosen)
    for source in sources:
        answer = chosen[source.finding]
        if answer.need is not None and answer.need > len(needs):
            raise Refused(
                f"有来源写着由第{answer.need}项缺口解决，但只有{len(needs)}项缺口。",
                field="answers",
            )
        source.keep(on)
        source.answered_on, source.why_not = on, answer.why_not
        source.answered_need = needs[answer.need - 1].id if answer.need is not None else None


def answer_by_reason(
    session: Session, sources: Sequence[Source], answers: Iterable[AnswerForm], on: date
) -> None:
    """Not qualified: the case's reason answers its one source; of several each has its own."""
    chosen = _chosen(session, sources, answers)
    if any(answer.need is not None for answer in chosen.values()):
        raise Refused("不符合条件的，来源不能写由缺口解决。", field="answers")
    if len(sources) > 1:
        _demand_all(session, sources, chosen)
    for source in sources:
        answer = chosen.get(source.finding)
        source.keep(on)
        source.answered_on, source.why_not = on, answer.why_not if answer else None


def take_back(session: Session, case: Case, on: date) -> None:
    """The decision is taken back: no source is answered any more."""
    for source in cases_queries.sources(session, case.id):
        source.keep(on)
        source.answered_on = source.answered_need = source.why_not = None


def told(sources: Iterable[Source]) -> tuple[SourceAnswer, ...]:
    """The answers as an event tells them."""
    return tuple(
        SourceAnswer(
            finding=source.finding,
            need=source.answered_need,
            why_not=source.why_not.label if source.why_not else None,
        )
        for source in sources
        if source.answered_on
    )


def answer_source(
    session: Session, finding: str, form: LateAnswerForm, *, actor: Actor, on: date
) -> Case:
    """A source that came after the decision: joined to a need, a need of its own, or why not."""
    hold_cases(session)
    source = session.get(Source, finding, with_for_update=True, populate_existing=True)
    if source is None or source.case is None:
        raise NotFound("没有这条来源。")
    policy.require(actor, "answer_source", source)
    case = locked(session, source.case)
    if finding not in {late.finding for late, _ in queries.late(session, case.id)}:
        raise Conflict("这条来源不用再答复：已经答复，或者还没有作出属实的决定。")
    if [form.need, form.why_not, form.new].count(None) != 2:
        raise Refused("请写明由哪项缺口解决、新增缺口，或者为什么不办，只选一种。", field="answer")
    added = _added(session, case, source, form, on)
    source.keep(on)
    source.answered_on, source.why_not = on, form.why_not
    source.answered_need = _need_of(session, case, form, added)
    case.version += 1
    called = queries.called(session, [source])[finding]
    record_entry(session, case, on, f"答复来源{called}：{_words(session, source)}", actor)
    session.flush()
    emit(session, _told_again(session, case, source, added, actor, on))
    return case


def _added(
    session: Session, case: Case, source: Source, form: LateAnswerForm, on: date
) -> NeedRow | None:
    if form.new is None:
        return None
    household = session.get(Household, case.household)
    row = need_row(case, form.new.draft(), household, [source], on, "")
    session.add(row)
    session.flush()
    return row


def _need_of(
    session: Session, case: Case, form: LateAnswerForm, added: NeedRow | None
) -> str | None:
    if added is not None:
        return added.id
    if form.need is None:
        return None
    if form.need not in {need.id for need in cases_queries.needs(session, case.id)}:
        raise Refused("这条线索没有这项缺口，请重新选择。", field="answer")
    return form.need


def _words(session: Session, source: Source) -> str:
    if source.why_not is not None:
        return f"不办，{source.why_not.label}"
    need = session.get(NeedRow, source.answered_need)
    return f"由“{need.gap_item.label}”解决" if need else "已答复"


def _told_again(
    session: Session, case: Case, source: Source, added: NeedRow | None, actor: Actor, on: date
) -> CaseVerified:
    """All findings, because a reader keeps the last list of them; the needs that were added."""
    household = session.get(Household, case.household)
    sources = cases_queries.standing(session, case.id)
    decided_on = case.decided_on or on
    rows = [added] if added else []
    return case_verified(
        session, case, rows, household, sources, actor.account, on if added else decided_on
    ).model_copy(update={"answers": told([source])})


def _chosen(
    session: Session, sources: Sequence[Source], answers: Iterable[AnswerForm]
) -> dict[str, AnswerForm]:
    chosen = {answer.finding: answer for answer in answers}
    if chosen.keys() - {source.finding for source in sources}:
        raise Refused("答复里有不属于这条线索的来源，请刷新页面再填。", field="answers")
    return chosen


def _demand_all(session: Session, sources: Sequence[Source], chosen: dict[str, AnswerForm]) -> None:
    missing = [source for source in sources if source.finding not in chosen]
    if missing:
        called = "、".join(queries.called(session, missing).values())
        raise Refused(
            f"还有来源没有答复：{called}。请逐条写明由哪项缺口解决，或者为什么不办。",
            field="answers",
        )


def need_row(
    case: Case,
    draft: NeedDraft,
    household: Household | None,
    sources: Sequence[Source],
    on: date,
    place: str,
) -> NeedRow:
    """The row of one gap item; `place`: where it stands in the form ("" : at its top), for what is
    refused of it.
    """
    prefix = f"{place}." if place else ""
    members = {
        member["name"]: member.get("id_number")
        for member in (household.members if household else [])
    }
    if draft.person_name and members and draft.person_name not in members:
        raise Refused(
            f"“{draft.person_name}”不是这户的家庭成员，请重新选择涉及的人。",
            field=f"{prefix}person_name",
        )
    if not draft.question.strip():
        raise Refused(
            f"请写明“{draft.gap_item.label}”要部门解决的问题。", field=f"{prefix}question"
        )
    if names_somebody(draft.question, [*members, *(source.head_name for source in sources)]):
        raise Refused(
            "给部门的问题里不要写姓名、身份证号码或电话，部门另行收到加密的查询信息。",
            field=f"{prefix}question",
        )
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


def case_verified(
    session: Session,
    case: Case,
    rows: Sequence[NeedRow],
    household: Household | None,
    sources: Sequence[Source],
    account: str,
    on: date,
) -> CaseVerified:
    """`account`: who decides the needs that are told."""
    assert case.primary_cause
    entered = (source.entered_account for source in cases_queries.sources(session, case.id))
    return CaseVerified(
        case=case.id,
        number=case.number,
        household=case.household,
        village=case.village,
        on=on,
        primary_cause=case.primary_cause,
        causes=tuple(case.causes),
        urgent=case.urgent,
        needs=tuple(_sealed(session, row, household, sources, case) for row in rows),
        findings=tuple(source.finding for source in sources),
        answers=told(sources),
        accounts=tuple(dict.fromkeys([account, *filter(None, entered)])),
        visit=_seen(session, case),
    )


def _seen(session: Session, case: Case) -> str | None:
    """What the last visit saw, sealed; None of a case of before visits were entered."""
    visits = cases_queries.visits(session, case.id)
    if not visits:
        return None
    return seal(session, VisitWords.model_validate(visits[-1], from_attributes=True))


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
        phone=(household.phone if household else None) or (listed.phone if listed else None),
        risk_point=case.risk_point or (listed.risk_point or listed.problem if listed else None),
        contact=directory_queries.helper_of(session, case.household),
    )
    return Need(
        need=row.id,
        gap_item=row.gap_item,
        question=row.question,
        department=row.department,
        sealed=seal(session, words),
    )
