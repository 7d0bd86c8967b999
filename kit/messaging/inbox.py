"""Inbox: each event changes this service once, however often it arrives."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from aiokafka import ConsumerRecord
from sqlalchemy import text
from sqlmodel import Session

from kit.messaging.unpacking import PASSED_OVER
from kit.telemetry import handling
from schemas.event import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[Session, E], None]
BatchHandler = Callable[[Session, Sequence[E]], None]

BODY = 900_000  # bytes, as in `outbox`
# Answers with one row: NULL when all are new (nearly always), else those that are.
REMEMBER = text("""WITH fresh AS (INSERT INTO inbox (source, id) SELECT :source, unnest(CAST(:ids AS uuid[]))
    ON CONFLICT DO NOTHING RETURNING id) SELECT CASE WHEN count(*) < :count THEN array_agg(CAST(id AS text)) END, count(*) FROM fresh""")

SEEN = text("SELECT EXISTS (SELECT FROM inbox WHERE source = :source AND id = CAST(:id AS uuid))")
CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Unreadable(ValueError):
    """The record is no event that may stand here: a header missing or not text, or another one's
    topic.
    """


class TooLarge(Unreadable):
    """A body that no event has, or a batch that was not unpacked: nothing but its place is known."""


class Envelope(NamedTuple):
    """Where an event comes from; commands keep it to show the event behind a figure."""

    source: str
    id: str  # a UUID as PostgreSQL writes it: lower case, with hyphens
    type: str
    body: bytes
    topic: str
    sent: bytes | None = None
    trace: bytes | None = None
    event: Event | None = None  # the body, decoded

    @property
    def time(self) -> datetime | None:
        """When its sender says it happened; aware."""
        try:
            return datetime.fromisoformat(self.sent.decode()) if self.sent else None
        except ValueError as error:
            raise Unreadable(f"ce_time: {error}") from error


class Handlers:
    """Which function takes which event: one at a time, or all of a batch as a set."""

    def __init__(self) -> None:
        self._takes: dict[str, Callable[[Session, list[tuple[Envelope, Event]]], None]] = {}
        self._beside: dict[str, list[Callable[[Session, Sequence[Any]], None]]] = {}
        self.topics: dict[str, str] = {}  # type of what somebody takes or sees → its topic

    @classmethod
    def together(cls, parts: Iterable["Handlers"]) -> "Handlers":
        """All of several features' handlers; an event has one handler a service."""
        handlers = cls()
        for part in parts:
            if twice := handlers._takes.keys() & part._takes.keys():
                raise TypeError(f"two handlers take {', '.join(sorted(twice))}")
            handlers._takes |= part._takes
            handlers.topics |= part.topics
            for type_, functions in part._beside.items():
                handlers._beside.setdefault(type_, []).extend(functions)
        return handlers

    @property
    def types(self) -> Collection[str]:
        return self.topics.keys()

    def on(self, event: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        def register(function: Handler[E]) -> Handler[E]:
            def each(session: Session, pairs: list[tuple[Envelope, Any]]) -> None:
                for envelope, payload in pairs:
                    session.info["envelope"] = envelope
                    with handling(envelope.type, envelope.id, envelope.trace):
                        function(session, payload)

            self._takes[event.type] = each
            self.topics[event.type] = event.topic
            return function

        return register

    def on_set(self, event: type[E]) -> Callable[[BatchHandler[E]], BatchHandler[E]]:
        def register(function: BatchHandler[E]) -> BatchHandler[E]:
            def together(session: Session, pairs: list[tuple[Envelope, Any]]) -> None:
                session.info.pop("envelope", None)  # a set has no single origin
                function(session, [payload for _, payload in pairs])

            self._takes[event.type] = together
            self.topics[event.type] = event.topic
            return function

        return register

    def beside(self, event: type[E], function: Callable[[Session, Sequence[Any]], None]) -> None:
        """Let `function` see these events too, as a set and before whoever takes them: for what is
        kept of events of many types.
        """
        self._beside.setdefault(event.type, []).append(function)
        self.topics[event.type] = event.topic

    def open(self, record: ConsumerRecord, prefix: str = "") -> Envelope:
        """The record, and what it says where somebody takes it; `Unreadable` or `ValidationError` if
        it is no such event.
        """
        envelope = read(record)
        if envelope.type not in self.types:
            return envelope
        return envelope._replace(event=_decode(envelope, prefix))

    def handle(self, session: Session, records: Iterable[ConsumerRecord], prefix: str = "") -> None:
        """Apply records as they come from the broker; `Unreadable` if one is no event."""
        self.apply(session, map(read, records), prefix)

    def apply(self, session: Session, envelopes: Iterable[Envelope], prefix: str = "") -> None:
        """Apply the events of one batch, in their order; those seen before change nothing."""
        distinct: dict[tuple[str, str], Envelope] = {}
        for envelope in envelopes:
            if envelope.type in self.types:
                distinct.setdefault(
                    (envelope.source, envelope.id), envelope
                )  # of twins in one batch, the first
        if not distinct:
            return
        first = _remembered(session, distinct)
        for type_, run in groupby(first, key=lambda envelope: envelope.type):
            pairs = [(envelope, envelope.event or _decode(envelope, prefix)) for envelope in run]
            for see in self._beside.get(type_, ()):
                see(session, [event for _, event in pairs])
            if takes := self._takes.get(type_):
                takes(session, pairs)
        session.info.pop("envelope", None)


def origin(session: Session) -> str | None:
    """`source#id` of the event being handled, to be kept beside what it changed."""
    envelope: Envelope | None = session.info.get("envelope")
    return f"{envelope.source}#{envelope.id}" if envelope else None


def received_at(session: Session) -> datetime:
    """When the event being handled came, by our own clock; replayed without one, by its sender's.
    Aware.
    """
    envelope: Envelope | None = session.info.get("envelope")
    moment: datetime | None = session.info.get("now") or (envelope.time if envelope else None)
    if moment is None:
        raise Unreadable("no time of receipt")
    return moment


def read(record: ConsumerRecord) -> Envelope:
    headers = dict(record.headers)
    if why := headers.get(PASSED_OVER):
        raise TooLarge(why.decode("utf-8", "replace"))
    if record.value and len(record.value) > BODY:
        raise TooLarge(f"a body of {len(record.value)} bytes; {BODY} at most")
    try:
        return Envelope(
            source=headers["ce_source"].decode(),
            id=_canonical(headers["ce_id"].decode()),
            type=headers["ce_type"].decode(),
            body=record.value or b"",
            topic=record.topic,
            sent=headers.get("ce_time"),
            trace=headers.get("traceparent"),
        )
    except (KeyError, AttributeError, ValueError) as error:
        raise Unreadable(f"headers: {error!r}") from error


def handled_before(session: Session, record: ConsumerRecord) -> bool:
    """Whether it was, though it cannot be read as it stands: mended and replayed."""
    try:
        envelope = read(record)
    except Unreadable:
        return False
    return session.execute(SEEN, {"source": envelope.source, "id": envelope.id}).scalar_one()


def _canonical(id: str) -> str:
    return (
        id if CANONICAL.fullmatch(id) else str(UUID(id))
    )  # parsing each one would cost more than all the rest


def _remembered(session: Session, envelopes: Mapping[tuple[str, str], Envelope]) -> list[Envelope]:
    """Those that were not seen before; from now on they have been."""
    ids: dict[str, list[str]] = {}
    for source, id in envelopes:
        ids.setdefault(source, []).append(id)
    seen: set[tuple[str, str]] = set()
    for source, mine in ids.items():
        written = "{" + ",".join(mine) + "}"  # an array as text: the driver would convert each
        fresh, count = session.execute(
            REMEMBER, {"source": source, "ids": written, "count": len(mine)}
        ).one()
        if count < len(mine):
            seen |= {(source, id) for id in set(mine) - set(fresh or ())}
    return (
        [envelope for key, envelope in envelopes.items() if key not in seen]
        if seen
        else list(envelopes.values())
    )


def _decode(envelope: Envelope, prefix: str) -> Event:
    event = Event.known[envelope.type].model_validate_json(envelope.body)
    if objection := _objection(
        envelope.type, event.destination, prefix, envelope.topic, envelope.source
    ):
        raise Unreadable(objection)
    return event


@lru_cache(maxsize=1000)
def _objection(type: str, destination: str, prefix: str, topic: str, source: str) -> str:
    """The topic proves the author: nobody speaks for another. Empty: it may stand there."""
    if prefix + destination != topic:
        return f"{type} about {destination} does not belong on {topic}"
    owner = destination.removeprefix("backstop.").removesuffix(".replies").replace(".", "/")
    return "" if source.endswith("/" + owner) else f"source {source} may not write to {topic}"
