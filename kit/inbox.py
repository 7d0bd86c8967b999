"""Inbox: each event changes this service once, however often it arrives."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from aiokafka import ConsumerRecord
from sqlalchemy import text
from sqlmodel import Session

from kit.telemetry import handling
from schemas.event import Event

E = TypeVar("E", bound=Event)

REMEMBER = text(
    "INSERT INTO inbox (source, id) SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:ids AS uuid[]))"
    " ON CONFLICT DO NOTHING RETURNING source, id"
)


class Unreadable(ValueError):
    """The record is no event that may stand here: a header missing or not text, or another one's topic."""


@dataclass(frozen=True)
class Envelope:
    """Where an event comes from; commands keep it to show the event behind a figure."""

    source: str
    id: UUID
    type: str
    time: datetime | None
    body: bytes
    topic: str
    trace: bytes | None = None


class Handlers:
    """Which function takes which event: one at a time, or all of a batch as a set."""

    def __init__(self) -> None:
        self._takes: dict[str, Callable[[Session, list[tuple[Envelope, Event]]], None]] = {}

    @property
    def types(self) -> set[str]:
        return set(self._takes)

    def on(self, event: type[E]):
        def register(function: Callable[[Session, E], None]):
            def each(session: Session, pairs):
                for envelope, one in pairs:
                    session.info["envelope"] = envelope
                    with handling(envelope.type, str(envelope.id), envelope.trace):
                        function(session, one)

            self._takes[event.type] = each
            return function

        return register

    def on_set(self, event: type[E]):
        def register(function: Callable[[Session, Sequence[E]], None]):
            def together(session: Session, pairs):
                session.info.pop("envelope", None)  # a set has no single origin
                function(session, [one for _, one in pairs])

            self._takes[event.type] = together
            return function

        return register

    def unknown(self, record: ConsumerRecord) -> bool:
        """Whether this version has never heard of the record's type."""
        try:
            return read(record).type not in Event.known
        except Unreadable:
            return False  # it must fail, visibly, when handled

    def handle(self, session: Session, records: Iterable[ConsumerRecord], prefix: str = "") -> None:
        """Apply the records of one batch, in their order; those seen before change nothing."""
        wanted: dict[tuple[str, UUID], Envelope] = {}
        for envelope in map(read, records):
            if envelope.type in self._takes:
                wanted.setdefault((envelope.source, envelope.id), envelope)  # of twins in one batch, the first
        if not wanted:
            return
        seen = {"sources": [source for source, _ in wanted], "ids": [id for _, id in wanted]}
        fresh = {tuple(row) for row in session.execute(REMEMBER, seen)}
        first = [envelope for key, envelope in wanted.items() if key in fresh]
        for type_, run in groupby(first, key=lambda envelope: envelope.type):
            self._takes[type_](session, [(envelope, _decode(envelope, prefix)) for envelope in run])
        session.info.pop("envelope", None)


def origin(session: Session) -> str | None:
    """`source#id` of the event being handled, to be kept beside what it changed."""
    envelope: Envelope | None = session.info.get("envelope")
    return f"{envelope.source}#{envelope.id}" if envelope else None


def received_at(session: Session) -> datetime:
    """When the event being handled came, by our own clock; replayed without one, by its sender's. Aware."""
    envelope: Envelope | None = session.info.get("envelope")
    moment: datetime | None = session.info.get("now") or (envelope.time if envelope else None)
    if moment is None:
        raise Unreadable("no time of receipt")
    return moment


def read(record: ConsumerRecord) -> Envelope:
    headers = dict(record.headers)
    try:
        time = headers.get("ce_time")
        return Envelope(
            source=headers["ce_source"].decode(),
            id=UUID(headers["ce_id"].decode()),
            type=headers["ce_type"].decode(),
            time=datetime.fromisoformat(time.decode()) if time else None,
            body=record.value or b"",
            topic=record.topic,
            trace=headers.get("traceparent"),
        )
    except (KeyError, AttributeError, ValueError) as error:
        raise Unreadable(f"headers: {error!r}") from error


def _decode(envelope: Envelope, prefix: str) -> Event:
    event = Event.known[envelope.type].model_validate_json(envelope.body)
    if prefix + event.destination != envelope.topic:  # the topic proves the author: nobody speaks for another
        raise Unreadable(f"{envelope.type} about {event.destination} does not belong on {envelope.topic}")
    owner = event.destination.removeprefix("backstop.").removesuffix(".replies").replace(".", "/")
    if not envelope.source.endswith("/" + owner):
        raise Unreadable(f"source {envelope.source} may not write to {envelope.topic}")
    return event
