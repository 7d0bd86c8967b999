"""Doors for other services' events: one line each."""

from datetime import date

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import (
    CaseJoined,
    CaseNotQualified,
    CaseOpened,
    CaseReopened,
    CaseSentBack,
    CaseVerified,
)
from schemas.dispatch import HelpCompleted, OrderClosed, OrderIssued, OrderReopened
from schemas.village import RecheckAnswered
from services.unit.outcomes import commands

handlers = Handlers()


@handlers.on(CaseOpened)
def case_opened(session: Session, event: CaseOpened) -> None:
    _note(session, event, number=event.number, opened_on=event.on)


@handlers.on(CaseJoined)
def case_joined(session: Session, event: CaseJoined) -> None:
    commands.note_joined(session, event)


@handlers.on(CaseVerified)
def case_verified(session: Session, event: CaseVerified) -> None:
    _note(session, event, number=event.number, verified_on=event.on)
    commands.note_answers(session, event, {need.need: need.gap_item for need in event.needs})


@handlers.on(CaseNotQualified)
def case_not_qualified(session: Session, event: CaseNotQualified) -> None:
    if event.void:
        commands.note_void(session, event)
        return
    _note(session, event, not_qualified_on=event.on, not_qualified_reason=event.reason)
    commands.note_answers(session, event, {})


@handlers.on(CaseReopened)
def case_reopened(session: Session, event: CaseReopened) -> None:
    commands.note_reopened(session, event)


@handlers.on(CaseSentBack)
def case_sent_back(session: Session, event: CaseSentBack) -> None:
    _note(session, event, number=event.number, sent_back_on=event.on)


@handlers.on(RecheckAnswered)
def recheck_answered(session: Session, event: RecheckAnswered) -> None:
    commands.note_recheck(session, event)


@handlers.on(OrderIssued)
def order_issued(session: Session, event: OrderIssued) -> None:
    commands.note_order(session, event, issued_on=event.first_issued_on)


@handlers.on(OrderClosed)
def order_closed(session: Session, event: OrderClosed) -> None:
    commands.note_order(session, event, closed_on=event.on)


@handlers.on(OrderReopened)
def order_reopened(session: Session, event: OrderReopened) -> None:
    commands.note_order(session, event, closed_on=None)


@handlers.on(HelpCompleted)
def help_completed(session: Session, event: HelpCompleted) -> None:
    commands.note_case(session, event.case, event.household, helped_on=event.on)


def _note(
    session: Session,
    event: CaseOpened | CaseVerified | CaseNotQualified | CaseSentBack,
    **facts: date | str,
) -> None:
    commands.note_case(session, event.case, event.household, findings=event.findings, **facts)
