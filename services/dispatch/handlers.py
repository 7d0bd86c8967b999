"""Doors for other publishers' events: one line each."""

from sqlmodel import Session

from kit.inbox import Handlers, received_at
from schemas.county import CaseVerified, MeetingDecided, MeetingNoticed
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from schemas.village import DivisionNamed
from services.dispatch import commands

handlers = Handlers()


@handlers.on(DivisionNamed)
def division_named(session: Session, event: DivisionNamed) -> None:
    commands.name_division(session, event)


@handlers.on(CaseVerified)
def case_verified(session: Session, event: CaseVerified) -> None:
    commands.open_orders(session, event)


@handlers.on(MeetingDecided)
def meeting_decided(session: Session, event: MeetingDecided) -> None:
    commands.carry_out_decision(session, event)


@handlers.on(MeetingNoticed)
def meeting_noticed(session: Session, event: MeetingNoticed) -> None:
    commands.notice_meeting(session, event)


@handlers.on(OrderAcceptedByDepartment)
def order_accepted(session: Session, event: OrderAcceptedByDepartment) -> None:
    commands.take_reply(session, event, received_at(session))


@handlers.on(OrderReturnedByDepartment)
def order_returned(session: Session, event: OrderReturnedByDepartment) -> None:
    commands.take_reply(session, event, received_at(session))


@handlers.on(OrderReportedByDepartment)
def order_reported(session: Session, event: OrderReportedByDepartment) -> None:
    commands.take_reply(session, event, received_at(session))
