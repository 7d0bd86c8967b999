"""Outbox: an event leaves with the change that made it true, or not at all."""

from typing import Any, cast

from sqlalchemy import text
from sqlmodel import Session

from kit.errors import Refused
from kit.telemetry import here
from schemas.event import Event

LONGEST = 900_000  # bytes, as the table's own check; the broker takes a megabyte
COPY = "COPY outbox (aggregatetype, aggregateid, type, payload, tracingspancontext) FROM STDIN"


def emit(session: Session, *events: Event) -> None:
    """Publish `events` once this transaction has committed (in the order given)."""
    # the aggregate's own row first: whoever holds its lock also takes the next number
    session.flush()
    if not events:
        return
    cursor = cast(Any, session.connection().connection.driver_connection).cursor()
    trace = here()
    with cursor.copy(COPY) as copy:
        for event in events:
            payload = event.model_dump_json()
            if len(payload.encode()) > LONGEST:
                raise Refused("这一次的内容太多，系统一次送不出去，没有办理。请分几次办理。")
            copy.write_row((event.destination, event.subject, event.type, payload, trace))


def emitted(session: Session) -> list[Event]:
    """The events in the outbox, oldest first."""
    rows = session.execute(text("SELECT type, payload FROM outbox ORDER BY seq"))
    return [Event.known[row.type].model_validate_json(row.payload) for row in rows]
