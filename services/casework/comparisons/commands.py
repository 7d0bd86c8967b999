"""Departments are asked, answer, and doubts are re-checked. Nobody here commits."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlmodel import Session, select

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict, NotFound, Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from kit.packs import pack_of
from kit.seal import seal, unseal
from schemas.casework import ComparisonAsked, HouseholdCompared, OpenDoubt
from schemas.codes import Role
from schemas.dispatch import ComparisonAnswered
from schemas.values import ComparedPerson, ComparedWords, ReasonWords
from services.casework.comparisons import queries
from services.casework.comparisons.forms import AnswerForm, AnswerRow, AskForm, RecheckForm
from services.casework.comparisons.models import ComparisonLine, ComparisonRequest
from services.casework.comparisons.policy import policy
from services.casework.comparisons.rules import Answer
from services.casework.identification.commands import note, take
from services.casework.identification.models import Identification
from services.casework.identification.procedure import terms
from services.casework.verification import queries as verification_queries

COMPARISON_LIMIT, RECHECK_LIMIT = "identify.comparison_limit", "identify.doubt_recheck_limit"


def ask_comparison(
    session: Session, form: AskForm, *, actor: Actor, on: date
) -> list[ComparisonRequest]:
    """Each township's households of the list, if under the same rules, go to each department, with one
    limit.
    """
    files = [take(session, file_id) for file_id in sorted(set(form.files))]
    for file in files:
        policy.require(actor, "ask_comparison", file)
        _demand_open(session, file)
    made: list[ComparisonRequest] = []
    together = attrgetter("township", "pack")
    for _, listed in groupby(sorted(files, key=together), together):
        made += _ask(session, list(listed), actor=actor, on=on)
    return made


def _demand_open(session: Session, file: Identification) -> None:
    asked = select(ComparisonLine.id).where(ComparisonLine.file == file.id)
    if session.exec(asked).first():
        raise Conflict(f"{file.number}已经发出过数据比对，不用再发。")
    if not queries.begun(session, file):
        raise Conflict(f"{file.number}现在是“{file.state.label}”，还没有到数据比对。")


def _ask(
    session: Session, files: Sequence[Identification], *, actor: Actor, on: date
) -> list[ComparisonRequest]:
    due, batch = _due(session, files[0], COMPARISON_LIMIT, on), new_id()
    made = [
        ComparisonRequest(
            batch=batch,
            township=files[0].township,
            department=department,
            asked_on=on,
            due_on=due,
            asked_by=actor.label,
            asked_account=actor.account,
        )
        for department in queries.departments(pack_of(session, files[0].pack))
    ]
    session.add_all(made)
    session.flush()  # the requests first: their lines refer to them
    lines = [_line(request, file) for request in made for file in files]
    session.add_all(lines)
    session.flush()
    _tell_asked(session, lines, {file.id: file for file in files}, on)
    for file in files:
        text = f"数据比对已发{len(made)}个部门，{_until(due, '反馈')}"
        note(session, file, actor=actor, on=on, text=text)
        _tell_standing(session, file, on)
    return made


def _tell_asked(
    session: Session, lines: Sequence[ComparisonLine], files: Mapping[str, Identification], on: date
) -> None:
    """Sealed once a household: all departments look up the same persons."""
    sealed = {id: _sealed(session, file, on) for id, file in files.items()}
    asked = (
        ComparisonAsked(
            comparison=line.id,
            identification=line.file,
            department=line.department,
            township=line.township,
            village=line.village,
            asked_on=on,
            due=line.due_on,
            sealed=sealed[line.file],
        )
        for line in lines
    )
    emit(session, *asked)


def _sealed(session: Session, file: Identification, on: date) -> str:
    people = queries.persons(session, file, on)
    persons = [ComparedPerson(name=one.name, id_number=one.id_number) for one in people]
    head = verification_queries.people(session, file)[0].name
    return seal(session, ComparedWords(head_name=head, persons=tuple(persons)))


def _due(session: Session, file: Identification, key: str, start: date) -> date | None:
    """By the file's own rules (GT-22); None where they give no limit."""
    held = terms(session, file)
    return held.due(key, start, file) if held.gives(key) else None


def _until(day: date | None, deed: str) -> str:
    return f"{show_day(day)}前{deed}" if day else f"没有规定{deed}时限"


def _line(request: ComparisonRequest, file: Identification) -> ComparisonLine:
    return ComparisonLine(
        request=request.id,
        file=file.id,
        village=file.village,
        township=file.township,
        department=request.department,
        due_on=request.due_on,
    )


def answer_comparison(
    session: Session, request_id: str, form: AnswerForm, *, actor: Actor, on: date
) -> int:
    """What a department says of these households; how many of them are answered by it. The same
    again changes nothing; another answer takes the place of one that is not re-checked yet.
    """
    request = queries.request(session, actor, request_id)
    policy.require(actor, "answer_comparison", request)
    form.demand_text()
    if not request.asked_on <= form.answered_on <= on:
        raise Refused("反馈日期应在发出以后，不能晚于今天。", field="answered_on")
    lines = {line.file: line for line in queries.lines_of(session, request_id)}
    return sum(
        _answer(session, request, lines.get(file_id), form, actor=actor, on=on)
        for file_id in sorted(set(form.files))
    )


def answer_line(
    session: Session, line: ComparisonLine, row: AnswerRow, *, actor: Actor, on: date
) -> bool:
    """One row of a department's sheet; whether it changed anything."""
    request = session.get_one(ComparisonRequest, line.request)
    policy.require(actor, "answer_comparison", request)
    assert row.answer
    form = AnswerForm(files=[line.file], answer=row.answer, text=row.text, answered_on=on)
    form.demand_text()
    return _answer(session, request, line, form, actor=actor, on=on)


def hear_answer(session: Session, event: ComparisonAnswered) -> None:
    """A department's own system said it. Of what is re-checked already only the file keeps that it
    spoke again.
    """
    line = session.get(ComparisonLine, event.comparison)
    if line is None or line.department != event.department:
        return  # no comparison of ours
    request = session.get_one(ComparisonRequest, line.request)
    words = unseal(session, event.sealed, ReasonWords).reason if event.sealed else None
    name = queries.department_names(session).get(event.department, event.department)
    form = AnswerForm(
        files=[line.file],
        answer=Answer.DOUBT if event.doubt else Answer.CLEAR,
        text=words,
        answered_on=event.on,
    )
    system = Actor(
        f"department/{event.department}", f"{name}业务系统", Role.DEPARTMENT_CLERK, event.department
    )
    try:
        _answer(session, request, line, form, actor=system, on=event.on)
    except Conflict:
        said = f"{name}业务系统又反馈“{form.answer.label}”，疑点已经复核，没有改动"
        note(session, take(session, line.file), actor=system, on=event.on, text=said)


def _answer(
    session: Session,
    request: ComparisonRequest,
    line: ComparisonLine | None,
    form: AnswerForm,
    *,
    actor: Actor,
    on: date,
) -> bool:
    if line is None:
        raise NotFound("这次数据比对里没有这一户，请核对。")
    file = take(session, line.file)
    session.refresh(line)  # as it stands under the file's lock: somebody may have re-checked it
    text = form.text if form.answer is Answer.DOUBT else None
    if (line.answer, line.text) == (form.answer, text):
        return False
    if line.recheck is not None:
        raise Conflict(f"{file.number}的疑点已经复核，不能再改。")
    line.answer, line.text, line.answered_on = form.answer, text, form.answered_on
    line.answered_by, line.answered_account = actor.label, actor.account
    line.recheck_due = None
    if form.answer is Answer.DOUBT:
        line.recheck_due = _due(session, file, RECHECK_LIMIT, form.answered_on)
        name = queries.department_names(session).get(request.department, request.department)
        said = f"数据比对：{name}有疑点，{_until(line.recheck_due, '复核')}"
        note(session, file, actor=actor, on=on, text=said)
    session.add(line)
    _tell_standing(session, file, on)
    return True


def recheck_doubt(session: Session, form: RecheckForm, *, actor: Actor, on: date) -> ComparisonLine:
    """What the township found of a doubt, late or in time."""
    line = session.get(ComparisonLine, form.line)
    file = take(session, line.file) if line else None
    if line:
        session.refresh(line)
    if line is None or file is None or line.answer is not Answer.DOUBT:
        raise NotFound("没有这个疑点，请核对。")
    policy.require(actor, "recheck_doubt", line)
    if line.recheck is not None:
        raise Conflict("这个疑点已经复核过，不用再办。")
    line.recheck, line.recheck_text, line.rechecked_on = form.result, form.text, on
    line.rechecked_by, line.rechecked_account = actor.label, actor.account
    session.add(line)
    late = line.recheck_due is not None and on > line.recheck_due
    note(session, file, actor=actor, on=on, text=f"疑点复核：{form.result.label}", late=late)
    _tell_standing(session, file, on)
    return line


def _tell_standing(session: Session, file: Identification, on: date) -> None:
    """How the file's comparison stands now."""
    session.flush()
    lines = queries.lines_of_file(session, file.id)
    emit(
        session,
        HouseholdCompared(
            identification=file.id,
            household=file.household,
            village=file.village,
            unanswered=tuple(line.department for line in lines if line.answer is None),
            doubts=tuple(
                OpenDoubt(department=line.department, due=line.recheck_due)
                for line in lines
                if line.answer is Answer.DOUBT and line.recheck is None
            ),
            on=on,
        ),
    )
