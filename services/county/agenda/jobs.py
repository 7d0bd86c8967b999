"""The agenda is drafted, the notice goes out, and a missed meeting is noted, by themselves."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.clock import local_date
from kit.deadlines import Due
from services.county.agenda import commands
from services.county.agenda.deadlines import MEETING_AGENDA, MEETING_MISSED, MEETING_NOTICE
from services.county.office import note_missed


@MEETING_AGENDA.fires
def meeting_agenda(session: Session, due: Due) -> None:
    commands.open_meeting(session, due.about, actor=SYSTEM, on=local_date(due.at))


@MEETING_NOTICE.fires
def meeting_notice(session: Session, due: Due) -> None:
    commands.notice_month(session, due.about, on=local_date(due.at))


@MEETING_MISSED.fires
def meeting_missed(session: Session, due: Due) -> None:
    note_missed(session, due.about, "meeting")
