"""What several features' commands share."""

from datetime import date
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from kit.actor import Actor
from kit.clock import local_date
from kit.dates import show_day
from kit.errors import NotFound, Refused
from kit.messaging.inbox import Unreadable, received_at
from kit.sentences import ended
from services.county.service import Table

Row = TypeVar("Row", bound=Table)


class Signed(Protocol):
    """What the leader issues; `entered_on`: the day it was entered, when that was later."""

    issued_on: date | None
    issued_by: str | None
    entered_on: date | None


def locked(session: Session, table: type[Row], key: Any, otherwise: str) -> Row:
    """The row as it is stored, to be changed; `NotFound` when there is none."""
    row = session.get(table, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(otherwise)
    return row


def said(text: str, otherwise: str) -> str:
    """The text without blanks around it; `Refused` when nothing is left."""
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def heard_on(session: Session, on: date) -> date:
    """The day on which what is taken in came to us, at the earliest its own day `on`."""
    try:
        return max(on, local_date(received_at(session)))
    except Unreadable:
        return on  # somebody's own deed, of today


def added(before: str | None, text: str, on: date) -> str:
    """An explanation behind the one that stood, which stays; the same again is not said twice."""
    if not before or before.endswith(text):
        return before or text
    return f"{ended(before)}{show_day(on)}补充：{text}"


def sign(
    paper: Signed, *, actor: Actor, on: date, issued_on: date | None, since: date, after: str
) -> date:
    """The leader signs, today or (entered later) on a day from `since` on, which is `after` what.
    Returns the day.
    """
    issued_on = issued_on or on
    if not since <= issued_on <= on:
        raise Refused(f"签发日期应在{after}之后，不能晚于今天。")
    paper.issued_on, paper.issued_by = issued_on, actor.label
    if issued_on != on:
        paper.entered_on = on
    return issued_on
