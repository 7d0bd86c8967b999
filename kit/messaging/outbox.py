"""Outbox: an event leaves with the change that made it true, or not at all."""

from typing import Any, cast

from sqlalchemy import text
from sqlmodel import Session

from kit.errors import Refused
from kit.messaging import words
from kit.messaging.beginning import refuse_past
from kit.telemetry import here
from schemas.event import Event

LONGEST = 900_000  # bytes, as the table's own check; the broker takes a megabyte
COPY = "COPY outbox (aggregatetype, aggregateid, type, payload, tracingspancontext) FROM STDIN"


def emit(session: Session, *events: Event, seal: words.Seal | None = None) -> None:
    """Publish `events` once this transaction has committed (in the order given). What people wrote
    leaves sealed (`schemas/texts.py`), with `seal` for the one department that it goes to.
    """
    # the aggregate's own row first: whoever holds its lock also takes the next number
    session.flush()
    if not events:
        return
    refuse_past(session, events[0].type)
    for event in events:  # before the copy: what is refused within it ends the transaction
        words.require_clear(event, seal)
    cursor = cast(Any, session.connection().connection.driver_connection).cursor()
    trace = here()
    with cursor.copy(COPY) as copy:
        for event in events:
            payload = words.payload(session, event, seal)
            if len(payload.encode()) > LONGEST:
                raise Refused("这一次的内容太多，系统一次送不出去，没有办理。请分几次办理。")
            copy.write_row((event.destination, event.subject, event.type, payload, trace))


def emitted(session: Session) -> list[Event]:
    """The events in the outbox as the county's services hear them, oldest first."""
    rows = session.execute(text("SELECT type, payload FROM outbox ORDER BY seq"))
    events = (Event.known[row.type].model_validate_json(row.payload) for row in rows)
    return [words.heard(session, event) for event in events]
