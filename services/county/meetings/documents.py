"""Papers and workbooks an office goes on with."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.documents import Paper, letter
from kit.errors import Conflict
from kit.sentences import ended
from schemas.codes import Coded
from services.county.directory.queries import departments, name_of
from services.county.documents import BLANK, DRAFT, TEMPLATES, letterhead, numeral
from services.county.meetings import queries
from services.county.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    DecisionKind,
    LineKind,
    Meeting,
    MeetingState,
    Presence,
)
from services.county.meetings.policy import policy


class MeetingLetter(Coded):
    AGENDA = "agenda", "会议议程"
    ANNEX = "annex", "户名单（会后收回）"
    NOTICE = "notice", "会议通知"
    MINUTES = "minutes", "会议纪要"


def of_meeting(
    session: Session,
    meeting_id: str,
    kind: MeetingLetter,
    actor: Actor,
    on: date,
    department: str | None = None,
) -> Paper:
    """One of the meeting's letters as .docx; a department gets its own notice and nothing else."""
    meeting = queries.meeting(session, meeting_id)
    policy.require(actor, "letter", meeting)
    if not policy.may(actor, "every_letter"):
        if kind is not MeetingLetter.NOTICE:
            policy.require(actor, "every_letter")
        department = actor.place
    common = {
        "month": meeting.month,
        "on": meeting.on,
        "held_on": meeting.held_on or meeting.on,
        "place": meeting.place or BLANK,
        "chair": meeting.chair or BLANK,
        "signed_by": "",  # stands in the head of letters upwards alone (GB/T 9704)
        "mark": "",
    } | letterhead(session, meeting.pack, f"{kind.value} {meeting.month}", on)
    make = {
        MeetingLetter.AGENDA: lambda: _agenda(session, meeting),
        MeetingLetter.ANNEX: lambda: {"rows": queries.annex(session, meeting_id)},
        MeetingLetter.NOTICE: lambda: _notice(session, meeting, department or ""),
        MeetingLetter.MINUTES: lambda: _minutes(session, meeting),
    }[kind]
    return letter(TEMPLATES / f"{kind.value}.docx", kind.label, common | make())


def _agenda(session: Session, meeting: Meeting) -> dict[str, Any]:
    lines, ages = queries.agenda(session, meeting.id), queries.ages(session, meeting.id)
    return {
        "sections": _sections(
            lines,
            lambda line: {
                "title": line.title,
                "text": line.text,
                "explanation": line.explanation,
                "explained_on": line.explained_on,
            },
        ),
        "ageing": [
            row | {"counts": [row["counts"][age] for age in ages]} for row in meeting.ageing
        ],
        "date": show_day(meeting.refreshed_on),
    }


def _notice(session: Session, meeting: Meeting, department: str) -> dict[str, Any]:
    lines = queries.by_department(queries.agenda(session, meeting.id)).get(department, [])
    if department not in departments(session):
        raise Conflict("请选行业部门：会议通知发给每个部门。")
    return {
        "department": name_of(session, department),
        "copies": "",
        **_issued(meeting.noticed_on),
        "lines": [{"title": line.title, "text": line.text} for line in lines]
        or [{"title": "本次会议没有涉及贵单位的议题，请按时到会", "text": ""}],
    }


def _minutes(session: Session, meeting: Meeting) -> dict[str, Any]:
    if meeting.state not in (MeetingState.HELD, MeetingState.ISSUED):
        raise Conflict("会议还没有召开，没有纪要。")
    decided = queries.decisions(session, meeting.id)
    lines = [line for line in queries.agenda(session, meeting.id) if line.id in decided]

    return {
        "sections": _sections(
            lines, lambda line: {"title": line.title, "decision": _resolved(decided[line.id])}
        ),
        "mandate": queries.mandate(session, meeting),
        "attendance": _attendance(queries.attendance(session, meeting.id)),
        **_issued(meeting.issued_on),
    }


def _issued(on: date | None) -> dict[str, str]:
    """A draft says that it is one and has no day."""
    return {"date": show_day(on), "mark": ""} if on else {"date": "", "mark": DRAFT}


def _resolved(decision: Decision) -> str:
    """What the meeting decided, as the minutes say it; a kind that says it all is not said twice."""
    label = DecisionKind(decision.kind).label
    if decision.kind is DecisionKind.NOTED and ended(decision.text) == ended(label):
        return f"议定：{ended(label)}"
    parts = [f"议定（{label}）：{ended(decision.text)}"]
    if decision.responsible and decision.kind is not DecisionKind.NOTED:
        parts.append(f"责任单位：{ended(decision.responsible)}")
    if decision.due:
        parts.append(f"完成期限：{show_day(decision.due)}。")
    return "".join(parts)


def _attendance(people: Sequence[Attendance]) -> list[dict[str, str]]:
    """Who was there and who was not, each group in one paragraph (GB/T 9704, 纪要)."""
    return [
        {"presence": presence.label, "people": "，".join(map(_person, group))}
        for presence in Presence
        if (group := [attendee for attendee in people if attendee.presence is presence])
    ]


def _person(attendee: Attendance) -> str:
    post = f"（{attendee.post}）" if attendee.post else ""
    stands_for = f"，代{attendee.stands_for}" if attendee.stands_for else ""
    return f"{attendee.unit}{attendee.name}{post}{stands_for}"


def _sections(
    lines: Sequence[AgendaItem], shown: Callable[[AgendaItem], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines under their kinds' headings, numbered through as they are spoken of in the room."""
    numbered = list(enumerate(lines, start=1))
    grouped = [list(run) for _, run in groupby(numbered, key=lambda pair: pair[1].kind)]
    return [
        {
            "title": f"{numeral(index)}、{LineKind(run[0][1].kind).label}",
            "lines": [{"number": number} | shown(line) for number, line in run],
        }
        for index, run in enumerate(grouped, start=1)
    ]
