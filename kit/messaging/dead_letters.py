"""Dead letters: a record that cannot be handled waits here, and its aggregate's later records wait
behind it.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka import ConsumerRecord
from pydantic import ValidationError
from sqlalchemy import Row, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.errors import NotFound
from kit.messaging.inbox import BY_BROKER, Handlers, read, stamp
from schemas.event import Event

BEHIND = "behind an earlier one"
UNKNOWN = "a type this version does not know"
BURY = text("""INSERT INTO dead_letter (topic, partition, "offset", key, names, contents, value, reason, holds, received_at)
    VALUES (:topic, :partition, :offset, :key, :names, :contents, :value, :reason, :holds, :received_at)
    ON CONFLICT DO NOTHING""")
ANY_HELD = text("SELECT EXISTS (SELECT FROM dead_letter WHERE holds)")
# Locked: while they are being replayed, what comes after them waits to be handled rather than to be
# buried.
HELD = text("SELECT topic, key FROM dead_letter WHERE holds AND key = ANY(:keys) FOR SHARE")
LIST = text("""SELECT topic, partition, "offset", key, names, contents, reason, holds, buried_at
    FROM dead_letter ORDER BY buried_at, topic, partition, "offset" """)
ONE = text(
    'SELECT * FROM dead_letter WHERE topic = :topic AND partition = :partition AND "offset" = :offset'
)
MEND = text("""UPDATE dead_letter SET value = :value, contents = :contents, names = :names
    WHERE topic = :topic AND partition = :partition AND "offset" = :offset""")
TAKE = text("""SELECT * FROM dead_letter WHERE topic = :topic AND key IS NOT DISTINCT FROM :key
    ORDER BY partition, "offset" FOR UPDATE""")
DONE = text(
    'DELETE FROM dead_letter WHERE topic = :topic AND partition = :partition AND "offset" = :offset'
)


def bury(
    session: Session, record: ConsumerRecord, error: Exception | str, *, holds: bool = True
) -> None:
    names, contents = zip(*record.headers, strict=True) if record.headers else ((), ())
    session.execute(
        BURY,
        {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": record.key,
            "names": [_storable(name) for name in names],
            "contents": list(contents),
            "value": record.value,
            "reason": _storable(why(error)),
            "holds": holds,
            "received_at": stamp(record),
        },
    )


def _storable(words: str) -> str:
    """PostgreSQL keeps no NUL in a text."""
    return words.replace("\0", "\ufffd")


def why(error: Exception | str) -> str:
    """The reason in one line, without the values that were sent: a log and a list are no place for
    them.
    """
    if isinstance(error, ValidationError):
        wrong = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg']}"
            for problem in error.errors()
        )
        return f"not a valid {error.title}: {wrong}"
    return error if isinstance(error, str) else repr(error)


def not_held(session: Session, records: Sequence[ConsumerRecord]) -> list[ConsumerRecord]:
    """The records whose aggregate has no dead letter; the others queue up behind theirs."""
    if not session.execute(ANY_HELD).scalar_one():
        return list(records)
    keys = [record.key for record in records if record.key is not None]
    held = {tuple(row) for row in session.execute(HELD, {"keys": keys})} if keys else set()
    for record in records:
        if (record.topic, record.key) in held:
            bury(session, record, BEHIND)
    return [record for record in records if (record.topic, record.key) not in held]


def waiting(session: Session) -> Sequence[Row[Any]]:
    """All dead letters, oldest first."""
    return session.execute(LIST).all()


def letter(session: Session, topic: str, partition: int, offset: int) -> Row[Any]:
    row = session.execute(
        ONE, {"topic": topic, "partition": partition, "offset": offset}
    ).one_or_none()
    if row is None:
        raise NotFound(
            f"没有这封死信：{topic} {partition} {offset}。请先用 backstop dead-letters list 查看。"
        )
    return row


def mend(
    session: Session,
    topic: str,
    partition: int,
    offset: int,
    *,
    value: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    """Replace the body, or single headers, of one dead letter; it still waits until replayed."""
    old = letter(session, topic, partition, offset)
    merged = dict(zip(old.names, old.contents, strict=True)) | {
        name: text_.encode() for name, text_ in (headers or {}).items()
    }
    session.execute(
        MEND,
        {
            "topic": topic,
            "partition": partition,
            "offset": offset,
            "value": old.value if value is None else value,
            "names": list(merged),
            "contents": list(merged.values()),
        },
    )


def replay(
    sessions: sessionmaker[Session],
    handlers: Handlers,
    topic: str,
    key: bytes | None,
    prefix: str = "",
) -> int:
    """Handle one aggregate's dead letters again, in the original order: all of them, or none; those
    of a type that this version does not know stay. Returns how many were handled.
    """
    count = 0
    while handled := _replay_once(
        sessions, handlers, topic, key, prefix
    ):  # one may have queued up meanwhile
        count += handled
    return count


def _replay_once(
    sessions: sessionmaker[Session], handlers: Handlers, topic: str, key: bytes | None, prefix: str
) -> int:
    with sessions.begin() as session:
        records = map(as_record, session.execute(TAKE, {"topic": topic, "key": key}).all())
        known = [
            record
            for record in records
            if handlers.border_of(record.topic, prefix) or read(record).type in Event.known
        ]
        for record in known:
            handlers.handle(session, [record], prefix)
            where = {"topic": topic, "partition": record.partition, "offset": record.offset}
            session.execute(DONE, where)
        return len(known)


def as_record(row: Row[Any]) -> ConsumerRecord:
    """As it came, with the time of its receipt: the broker's, else that of the burial (H-03)."""
    headers = tuple(zip(row.names, row.contents, strict=True))
    received = int((row.received_at or row.buried_at).timestamp() * 1000)
    return ConsumerRecord(
        row.topic,
        row.partition,
        row.offset,
        received,
        BY_BROKER,
        row.key,
        row.value,
        None,
        0,
        0,
        headers,
    )
