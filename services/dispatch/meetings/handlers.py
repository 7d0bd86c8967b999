"""Notices and decisions of the joint meeting, as county tells them."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import MeetingDecided, MeetingNoticed
from services.dispatch.meetings import commands

handlers = Handlers()


@handlers.on(MeetingDecided)
def meeting_decided(session: Session, event: MeetingDecided) -> None:
    commands.carry_out_decision(session, event)


@handlers.on(MeetingNoticed)
def meeting_noticed(session: Session, event: MeetingNoticed) -> None:
    commands.notice_meeting(session, event)
