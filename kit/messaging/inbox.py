"""Inbox: each event changes this service once, however often it arrives."""

import re
from base64 import b64decode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from aiokafka import ConsumerRecord
from pydantic_core import from_json, to_json
from sqlalchemy import text
from sqlmodel import Session

from kit import audit
from kit.actor import SYSTEM
from kit.clock import Clock, shown, system_clock
from kit.messaging import beginning, words
from kit.messaging.unpacking import PASSED_OVER
from kit.telemetry import handling
from schemas.event import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[Session, E], None]
BatchHandler = Callable[[Session, Sequence[E]], None]
Headers = dict[str, bytes | None]
STRUCTURED = b"application/cloudevents+json"
BY_BROKER = 1  # a record's `timestamp_type` where the broker itself set the time (LogAppendTime)

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


@dataclass(slots=True)
class Envelope:
    """Where an event comes from; commands keep it to show the event behind a figure."""

    source: str
    id: str  # a UUID as PostgreSQL writes it: lower case, with hyphens
    type: str
    body: bytes
    topic: str
    sent: bytes | None = None
    trace: bytes | None = None
    stamped: int | None = None  # ms since 1970 by the broker; None: its sender set the time
    event: Event | None = None  # the body, decoded

    @property
    def time(self) -> datetime | None:
        """When its sender says it happened; aware."""
        try:
            return datetime.fromisoformat(self.sent.decode()) if self.sent else None
        except ValueError as error:
            raise Unreadable(f"ce_time: {error}") from error

    @property
    def received(self) -> datetime | None:
        """When the broker got it, aware; None where the sender set the time (BH-03)."""
        return None if self.stamped is None else _moment(self.stamped)


class Border(NamedTuple):
    """A topic that others' systems write to: what takes its records as they came, whatever they are,
    and what is said of one that cannot be handled now, and whether it is kept.
    """

    topic: str
    take: Callable[[Session, Sequence[ConsumerRecord], str], None]
    postpone: Callable[[Session, ConsumerRecord, str, bool], None]

    def has(self, topic: str) -> bool:
        return re.fullmatch(names(self.topic), topic) is not None


def names(topic: str) -> str:
    """A pattern of the topics' names that `backstop.department.{department}` stands for."""
    return re.sub(r"\\{\w+\\}", "[a-z0-9-]+", re.escape(topic))


class Handlers:
    """Which function takes which event: one at a time, or all of a batch as a set."""

    def __init__(self) -> None:
        self._takes: dict[str, Callable[[Session, list[tuple[Envelope, Event]]], None]] = {}
        self._beside: dict[str, list[Callable[[Session, Sequence[Any]], None]]] = {}
        self._projecting: set[str] = set()
        self.begins = False  # what happened before the service began fills projections only
        self.borders: list[Border] = []
        self.topics: dict[str, str] = {}  # type of what somebody takes or sees → its topic

    @classmethod
    def together(cls, parts: Iterable["Handlers"]) -> "Handlers":
        """All of several features' handlers; an event has one handler a service."""
        handlers = cls()
        for part in parts:
            if twice := handlers._takes.keys() & part._takes.keys():
                raise TypeError(f"two handlers take {', '.join(sorted(twice))}")
            handlers._takes |= part._takes
            handlers._projecting |= part._projecting
            handlers.topics |= part.topics
            handlers.borders += part.borders
            for type_, functions in part._beside.items():
                handlers._beside.setdefault(type_, []).extend(functions)
        return handlers

    @property
    def types(self) -> Collection[str]:
        return self.topics.keys()

    def on(self, event: type[E], *, projecting: bool = False) -> Callable[[Handler[E]], Handler[E]]:
        """`projecting`: it only keeps what others told, of before the service began too."""

        def register(function: Handler[E]) -> Handler[E]:
            def each(session: Session, pairs: list[tuple[Envelope, Any]]) -> None:
                for envelope, payload in pairs:
                    session.info["envelope"] = envelope
                    with handling(envelope.type, envelope.id, envelope.trace):
                        function(session, payload)

            self._takes[event.type] = each
            self._projecting |= {event.type} if projecting else set()
            self._hear(event)
            return function

        return register

    def on_set(self, event: type[E]) -> Callable[[BatchHandler[E]], BatchHandler[E]]:
        """All of a batch at once; one row of the audit says how many they were."""

        def register(function: BatchHandler[E]) -> BatchHandler[E]:
            def together(session: Session, pairs: list[tuple[Envelope, Any]]) -> None:
                session.info.pop("envelope", None)  # a set has no single origin
                function(session, [payload for _, payload in pairs])
                audit.note(
                    session,
                    session.info.get("now") or system_clock(),
                    event.type,
                    SYSTEM,
                    kind=audit.Kind.EVENTS,
                    count=len(pairs),
                    request=pairs[0][0].id,
                )

            self._takes[event.type] = together
            self._hear(event)
            return function

        return register

    def beside(self, event: type[E], function: Callable[[Session, Sequence[Any]], None]) -> None:
        """Let `function` see these events too, as a set and before whoever takes them: for what is
        kept of events of many types.
        """
        self._beside.setdefault(event.type, []).append(function)
        self._hear(event)

    def _hear(self, event: type[Event]) -> None:
        """`TypeError` for a topic that systems of others write to: what lies there may be no event."""
        if "{" in event.topic:
            raise TypeError(f"others write to {event.topic}: it is taken at a border")
        self.topics[event.type] = event.topic

    def border(
        self,
        topic: str,
        take: Callable[[Session, Sequence[ConsumerRecord], str], None],
        postpone: Callable[[Session, ConsumerRecord, str, bool], None],
    ) -> None:
        """Others' systems write to `topic`: nothing that lies there is a dead letter of ours by their
        fault, and nothing waits behind it.
        """
        self.borders.append(Border(topic, take, postpone))

    def border_of(self, topic: str, prefix: str = "") -> Border | None:
        """The border at which the topic lies; None: our own services write there."""
        bare = topic.removeprefix(prefix)
        return next((border for border in self.borders if border.has(bare)), None)

    def parted(
        self, records: Iterable[ConsumerRecord], prefix: str = ""
    ) -> tuple[list[ConsumerRecord], list[tuple[Border, list[ConsumerRecord]]]]:
        """Our own services' records, and those of each border, in their order."""
        ours: list[ConsumerRecord] = []
        others: dict[str, tuple[Border, list[ConsumerRecord]]] = {}
        for topic, run in groupby(records, key=attrgetter("topic")):
            if border := self.border_of(topic, prefix):
                others.setdefault(border.topic, (border, []))[1].extend(run)
            else:
                ours.extend(run)
        return ours, list(others.values())

    def open(self, record: ConsumerRecord, prefix: str = "") -> Envelope:
        """The record, and what it says where somebody takes it; `Unreadable` or `ValidationError` if
        it is no such event.
        """
        envelope = read(record)
        if envelope.type in self.topics:
            envelope.event = _decode(envelope, prefix)
        return envelope

    def handle(self, session: Session, records: Iterable[ConsumerRecord], prefix: str = "") -> None:
        """Apply records as they come from the broker; `Unreadable` if one of ours is no event."""
        ours, others = self.parted(records, prefix)
        self.apply(session, map(read, ours), prefix)
        for border, theirs in others:
            border.take(session, theirs, prefix)

    def apply(self, session: Session, envelopes: Iterable[Envelope], prefix: str = "") -> None:
        """Apply the events of one batch, in their order; those seen before change nothing."""
        distinct: dict[tuple[str, str], Envelope] = {}
        for envelope in envelopes:
            if envelope.type in self.topics:
                # of twins in one batch, the first
                distinct.setdefault((envelope.source, envelope.id), envelope)
        if not distinct:
            return
        first = _remembered(session, distinct)
        began = beginning.began(session) if self.begins else None
        for (type_, past), run in groupby(first, key=lambda one: (one.type, is_past(began, one))):
            pairs = [
                (envelope, words.heard(session, envelope.event or _decode(envelope, prefix)))
                for envelope in run
            ]
            for see in self._beside.get(type_, ()):
                see(session, [event for _, event in pairs])
            takes = self._takes.get(type_)
            if takes and not (past and type_ not in self._projecting):
                with beginning.in_the_past(session, past):
                    takes(session, pairs)
        session.info.pop("envelope", None)


def is_past(began: datetime | None, envelope: Envelope) -> bool:
    return began is not None and (envelope.time or began) < began


def origin(session: Session) -> str | None:
    """`source#id` of the event being handled, to be kept beside what it changed."""
    envelope: Envelope | None = session.info.get("envelope")
    return f"{envelope.source}#{envelope.id}" if envelope else None


@contextmanager
def caused_by(session: Session, source: str, id: str) -> Iterator[None]:
    """What changes meanwhile has this event as its `origin`."""
    session.info["envelope"] = Envelope(source, id, "", b"", "")
    try:
        yield
    finally:
        session.info.pop("envelope", None)


def received_at(session: Session) -> datetime:
    """When the event being handled came: by the broker's clock, else by our own; replayed without
    either, by its sender's. Aware.
    """
    envelope: Envelope | None = session.info.get("envelope")
    if envelope and envelope.received:
        return on_our_clock(session, envelope.received)
    moment: datetime | None = session.info.get("now") or (envelope.time if envelope else None)
    if moment is None:
        raise Unreadable("no time of receipt")
    return moment


def on_our_clock(session: Session, stamp: datetime) -> datetime:
    """The broker's stamp as the clock of whoever handles it showed it; a rehearsal has its own."""
    clock: Clock = session.info.get("clock", system_clock)
    return shown(clock, stamp)


def stamp(record: ConsumerRecord) -> datetime | None:
    """When the broker got it, aware; None where the sender set the time (BH-03)."""
    return _moment(record.timestamp) if record.timestamp_type == BY_BROKER else None


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp / 1000, UTC)


def unfold(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """An event's attributes as headers and its body, in whichever of CloudEvents' two modes it came;
    `ValueError` for a structured one that is no JSON object.
    """
    kind = headers.get("content-type")
    if not kind or not kind.lower().startswith(STRUCTURED):
        return headers, body
    whole = from_json(body)
    if not isinstance(whole, dict):
        raise Unreadable("a structured event is a JSON object")
    inside = {
        f"ce_{name}": value.encode()
        for name, value in whole.items()
        if isinstance(value, str) and name not in ("data", "data_base64")
    }
    if isinstance(packed := whole.get("data_base64"), str):
        return headers | inside, b64decode(packed, validate=True)
    return headers | inside, to_json(whole["data"]) if "data" in whole else b""


def read(record: ConsumerRecord) -> Envelope:
    headers: Headers = dict(record.headers)
    if PASSED_OVER in headers:
        raise TooLarge(passed_over(headers))
    body = record.value or b""
    if len(body) > BODY:
        raise TooLarge(f"a body of {len(body)} bytes; {BODY} at most")
    try:
        if "content-type" in headers:
            headers, body = unfold(headers, body)
        return Envelope(
            headers["ce_source"].decode(),  # type: ignore[union-attr]  # null: AttributeError
            canonical(headers["ce_id"].decode()),  # type: ignore[union-attr]
            headers["ce_type"].decode(),  # type: ignore[union-attr]
            body,
            record.topic,
            headers.get("ce_time"),
            headers.get("traceparent"),
            record.timestamp if record.timestamp_type == BY_BROKER else None,
        )
    except (KeyError, AttributeError, ValueError) as error:
        raise Unreadable(f"headers: {error!r}") from error


def passed_over(headers: Headers) -> str:
    """Why a batch was not unpacked, of the one record that stands for it; empty: this is another."""
    why = headers.get(PASSED_OVER)
    return why.decode("utf-8", "replace") if why else ""


def handled_before(session: Session, record: ConsumerRecord) -> bool:
    """Whether it was, though it cannot be read as it stands: mended and replayed."""
    try:
        envelope = read(record)
    except Unreadable:
        return False
    return session.execute(SEEN, {"source": envelope.source, "id": envelope.id}).scalar_one()


def canonical(id: str) -> str:
    """A UUID as PostgreSQL writes it; `ValueError` for anything else."""
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
    return [envelope for key, envelope in envelopes.items() if key not in seen]


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
    whole = rf"/backstop/[0-9]{{12}}/{re.escape(destination.removeprefix('backstop.'))}"
    return "" if re.fullmatch(whole, source) else f"source {source} may not write to {topic}"
