"""A meeting's sheet moves its households on, whatever it says: only the county decides. Nobody here
commits.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict, Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.packs import pack_of
from rulebook.assessment import Assessed, Outcome, Votes, assess
from rulebook.divisions import township_of
from schemas.casework import AssessedLine, HouseholdsAssessed
from services.casework.assessments import queries
from services.casework.assessments.forms import AssessmentForm, VoteForm, at
from services.casework.assessments.models import AssessedHousehold, Assessment
from services.casework.assessments.policy import policy
from services.casework.assessments.rules import LEADS_TO, demand_everybody, names_in
from services.casework.identification import commands as files_commands
from services.casework.identification.models import Identification
from services.casework.identification.queries import Line
from services.casework.identification.rules import FileState
from services.casework.verification import queries as verification

MEETING = ("body", "held_on", "place", "chair", "recorder", "should_attend", "attended", "note")


def record_assessment(
    session: Session, form: AssessmentForm, *, actor: Actor, on: date
) -> Assessment:
    """What the meeting said of each household on its sheet."""
    files = _take(session, form, on)
    for line in files.values():
        policy.require(actor, "record_assessment", line.file)
    _demand(session, form, files, on)
    meeting = Assessment(
        village=form.village,
        township=township_of(form.village),
        **{name: getattr(form, name) for name in MEETING},
        entered_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
        origin=origin(session),
    )
    session.add(meeting)
    session.flush()
    for vote in form.votes:
        file = files[vote.file].file
        said = _keep(session, meeting, vote, files[vote.file])
        try:
            files_commands.advance(
                session,
                file,
                LEADS_TO[said.outcome],
                actor=actor,
                on=form.held_on,
                text=said.sentence,
                paper=meeting.page,
            )
        except Conflict as error:
            raise Conflict(f"{files[vote.file].file.number}：{error}") from error
    _tell(session, meeting)
    return meeting


def correct_assessment(
    session: Session, id: str, form: AssessmentForm, *, actor: Actor, on: date
) -> Assessment:
    """The whole sheet once more, with the reason, while nothing later has happened to any of its
    households.
    """
    meeting = queries.see(session, actor, id)
    session.refresh(meeting, with_for_update=True)
    policy.require(actor, "correct_assessment", meeting)
    before = {line.file: line for line in queries.lines_of(session, meeting)}
    if {vote.file for vote in form.votes} != before.keys() or form.village != meeting.village:
        raise Refused("更正要写全原来的各户，不能增减。")
    if not form.correction:
        raise Refused("请写明更正原因。", field="correction")
    files = _take(session, form, on)
    _demand(session, form, files, on)
    for name in MEETING:
        setattr(meeting, name, getattr(form, name))
    meeting.corrected_on, meeting.corrected_by = on, actor.label
    meeting.correction, meeting.version = form.correction, meeting.version + 1
    session.add(meeting)
    for vote in form.votes:
        line = files[vote.file]
        said = _keep(session, meeting, vote, line, before[vote.file])
        try:
            files_commands.redo(
                session,
                line.file,
                FileState.ASSESS,
                LEADS_TO[said.outcome],
                instead_of=meeting.page,
                actor=actor,
                on=form.held_on,
                text=f"更正（{form.correction}）：{said.sentence}",
                paper=meeting.page,
            )
        except Conflict as error:
            raise Conflict(f"{line.file.number}：{error}") from error
    _tell(session, meeting)
    return meeting


def _take(session: Session, form: AssessmentForm, on: date) -> Mapping[str, Line]:
    """The sheet's files, locked one after the other in one order, with names."""
    ids = [vote.file for vote in form.votes]
    if len(set(ids)) < len(ids):
        raise Refused("同一户在一张评议表上只能写一次。")
    for id in sorted(ids):
        files_commands.take(session, id)
    return queries.named_files(session, ids, on)


def _demand(session: Session, form: AssessmentForm, files: Mapping[str, Line], on: date) -> None:
    """`Refused` for what the sheet as a whole says wrongly."""
    rows = [line.file for line in files.values()]
    if form.held_on > on:
        raise Refused("评议日期不能晚于今天。", field="held_on")
    for line in files.values():
        if line.file.village != form.village:
            raise Refused(f"{line.head_name}不是这个村的，请从表上去掉。")
    _demand_order(session, form, files)
    allowed = queries.bodies_of(session, rows)
    if form.body not in allowed:
        names = "、".join(body.label for body in allowed) or "没有规定评议会议"
        raise Refused(f"政策包规定的会议形式是：{names}。", field="body")


def _demand_order(session: Session, form: AssessmentForm, files: Mapping[str, Line]) -> None:
    """Nobody is assessed before he was visited and the form is whole."""
    for line in files.values():
        visit = verification.latest(session, line.file.id)
        if visit and (lacking := verification.lacking(session, line.file, visit)):
            raise Refused(f"{line.file.number}的入户核实表还缺：{'、'.join(lacking)}。请先补齐。")
        visited = line.file.pinned_on
        if visited and form.held_on < visited:
            raise Refused(f"{line.file.number}：评议日期不能早于入户核实的日期。", field="held_on")
        came = queries.came_on(session, line.file)
        if form.held_on < came:
            raise Refused(
                f"{line.file.number}：评议日期不能早于到“民主评议”的{show_day(came)}。",
                field="held_on",
            )


def _keep(
    session: Session,
    meeting: Assessment,
    vote: VoteForm,
    file: Line,
    line: AssessedHousehold | None = None,
) -> Assessed:
    """The household's line, new or corrected, and what the votes come to under its pack."""
    relatives = names_in(vote.relatives)
    said = _count(session, meeting, vote, len(relatives), file)
    line = line or AssessedHousehold(
        assessment=meeting.id,
        file=vote.file,
        in_favour=0,
        against=0,
        abstained=0,
        outcome=said.outcome,
        sentence="",
    )
    line.in_favour, line.against, line.abstained = vote.in_favour, vote.against, vote.abstained
    line.relatives, line.note = relatives, vote.note
    line.outcome, line.sentence = said.outcome, said.sentence
    session.add(line)
    session.flush()
    return said


def _count(
    session: Session, meeting: Assessment, vote: VoteForm, stepped_out: int, file: Line
) -> Assessed:
    try:
        votes = Votes(
            should_attend=meeting.should_attend,
            attended=meeting.attended,
            in_favour=vote.in_favour,
            against=vote.against,
            abstained=vote.abstained,
            stepped_out=stepped_out,
        )
        said = assess(pack_of(session, file.file.pack), votes)
        if said.outcome is not Outcome.NO_QUORUM:  # who may not vote has no vote to give
            demand_everybody(votes)
    except ValueError as error:
        raise Refused(f"{file.file.number}：{error}。", field=at(vote.file)) from error
    return said


def _tell(session: Session, meeting: Assessment) -> None:
    lines: Sequence[AssessedHousehold] = queries.lines_of(session, meeting)
    household = {line.file: session.get_one(Identification, line.file).household for line in lines}
    emit(
        session,
        HouseholdsAssessed(
            assessment=meeting.id,
            village=meeting.village,
            body=meeting.body,
            on=meeting.held_on,
            should_attend=meeting.should_attend,
            attended=meeting.attended,
            corrected=meeting.corrected_on is not None,
            households=tuple(
                AssessedLine(
                    identification=line.file,
                    household=household[line.file],
                    in_favour=line.in_favour,
                    against=line.against,
                    abstained=line.abstained,
                    stepped_out=len(line.relatives),
                    outcome=line.outcome,
                )
                for line in lines
            ),
        ),
    )
