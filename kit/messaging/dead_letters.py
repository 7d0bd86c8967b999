"""Dead letters: a record that cannot be handled waits here, and its aggregate's later records wait
behind it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aiokafka import ConsumerRecord
from pydantic import ValidationError
from sqlalchemy import Row, bindparam, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.database.chassis_tables import DEAD_LETTER
from kit.errors import NotFound
from kit.messaging.inbox import BODY, BY_BROKER, Handlers, read, stamp
from kit.visible import visible
from schemas.event import Event

BEHIND = "behind an earlier one"
UNKNOWN = "a type this version does not know"
KINDS = {BEHIND: "Behind", UNKNOWN: "Unknown"}
KEPT = 20  # letters of a kind from others; of the rest the number is kept (BH-05)
REASON = 2_000  # characters
KEY = 2_000  # bytes; an index carries no longer one
VALUE = DEAD_LETTER.c.value
BURY = text("""INSERT INTO dead_letter
    (topic, partition, "offset", key, names, contents, value, reason, holds, type, kind, received_at)
    VALUES (:topic, :partition, :offset, :key, :names, :contents, :value, :reason, :holds, :type, :kind,
        :received_at)
    ON CONFLICT DO NOTHING""").bindparams(bindparam("value", type_=VALUE.type))
# No row: it was counted before.
COUNT = text("""INSERT INTO dead_letter_count AS known
    (topic, type, kind, partition, count, first_offset, last_offset)
    VALUES (:topic, :type, :kind, :partition, 1, :offset, :offset)
    ON CONFLICT (topic, type, kind, partition) DO UPDATE
    SET count = known.count + 1, last_offset = :offset, last_at = now()
    WHERE known.last_offset < :offset RETURNING count""")
ANY_HELD = text("SELECT EXISTS (SELECT FROM dead_letter WHERE holds)")
# Locked: while they are being replayed, what comes after them waits to be handled rather than to be
# buried.
HELD = text("SELECT topic, key FROM dead_letter WHERE holds AND key = ANY(:keys) FOR SHARE")
CHOSEN = """(:topic = '' OR topic = :topic) AND (:kind = '' OR :kind IN (type, kind))
    AND (:department = '' OR '.' || topic || '.' LIKE '%.department.' || :department || '.%')"""
LIST = text(f"""SELECT topic, partition, "offset", key, names, contents, reason, holds, buried_at, type, kind
    FROM dead_letter WHERE {CHOSEN}
    ORDER BY buried_at, topic, partition, "offset" LIMIT :limit OFFSET :skip""")
KINDS_OF = text(f"""WITH letter AS (
        SELECT topic, type, kind, count(*) AS kept, bool_or(holds) AS holds,
            min(buried_at) AS first_at, max(buried_at) AS last_at,
            (array_agg(partition || ':' || "offset" ORDER BY buried_at, partition, "offset"))[1] AS first,
            (array_agg(partition || ':' || "offset" ORDER BY buried_at DESC, partition DESC, "offset" DESC))[1] AS last,
            (array_agg(reason ORDER BY buried_at, partition, "offset"))[1] AS reason
        FROM dead_letter WHERE {CHOSEN} GROUP BY topic, type, kind),
    counted AS (
        SELECT topic, type, kind, CAST(sum(count) AS bigint) AS count,
            min(first_at) AS first_at, max(last_at) AS last_at,
            (array_agg(partition || ':' || first_offset ORDER BY first_at, partition))[1] AS first,
            (array_agg(partition || ':' || last_offset ORDER BY last_at DESC, partition DESC))[1] AS last
        FROM dead_letter_count WHERE {CHOSEN} GROUP BY topic, type, kind)
    SELECT topic, type, kind, coalesce(kept, 0) AS kept, coalesce(count, kept) AS count,
        coalesce(holds, false) AS holds, coalesce(counted.first, letter.first) AS first,
        coalesce(counted.last, letter.last) AS last, coalesce(counted.last_at, letter.last_at) AS last_at,
        coalesce(reason, '') AS reason
    FROM letter FULL JOIN counted USING (topic, type, kind)
    ORDER BY coalesce(counted.first_at, letter.first_at), topic, type, kind""")
ONE = text(
    'SELECT * FROM dead_letter WHERE topic = :topic AND partition = :partition AND "offset" = :offset'
).columns(value=VALUE.type)
MEND = text("""UPDATE dead_letter SET value = :value, contents = :contents, names = :names
    WHERE topic = :topic AND partition = :partition AND "offset" = :offset""").bindparams(
    bindparam("value", type_=VALUE.type)
)
TAKE = text("""SELECT * FROM dead_letter WHERE topic = :topic AND key IS NOT DISTINCT FROM :key
    ORDER BY partition, "offset" FOR UPDATE""").columns(value=VALUE.type)
DONE = text(
    'DELETE FROM dead_letter WHERE topic = :topic AND partition = :partition AND "offset" = :offset'
)


def bury(
    session: Session,
    record: ConsumerRecord,
    error: Exception | str,
    *,
    holds: bool = True,
    bare: bool = False,
) -> None:
    """Lay a record aside. `bare`: without what it says, for one that cannot be kept as it came."""
    names, contents = zip(*record.headers, strict=True) if record.headers else ((), ())
    value, key = record.value, record.key
    if bare or _size(names, contents, value) > 2 * BODY:
        names, contents, value = (), (), None
    session.execute(
        BURY,
        _place(record)
        | {
            "key": key if len(key or b"") <= KEY else None,
            "names": [_storable(name) for name in names],
            "contents": list(contents),
            "value": value,
            "reason": why(error),
            "holds": holds,
            "received_at": stamp(record),
            "type": _type(record),
            "kind": _kind(error),
        },
    )


def bury_of_others(
    session: Session, record: ConsumerRecord, error: Exception | str, *, bare: bool = False
) -> bool:
    """Count what another's system sent; nothing waits behind it, and only the first of a kind are
    kept, so that nobody fills the table. Whether this one is.
    """
    place = _place(record) | {"type": _type(record), "kind": _kind(error)}
    count = session.execute(COUNT, place).scalar_one_or_none()
    kept = count is not None and count <= KEPT
    if kept:
        bury(session, record, error, holds=False, bare=bare)
    return kept


def _place(record: ConsumerRecord) -> dict[str, Any]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def _size(names: Iterable[str], contents: Iterable[bytes | None], value: bytes | None) -> int:
    """Roughly, with what a table needs for each header."""
    headers = zip(names, contents, strict=True)
    return len(value or b"") + sum(
        len(name) + len(content or b"") + 32 for name, content in headers
    )


def _type(record: ConsumerRecord) -> str:
    """Only a known one: others' words would make as many kinds as there are letters."""
    told = dict(record.headers).get("ce_type") or b""
    name = told.decode("utf-8", "replace")
    return name if name in Event.known else ""


def _kind(error: Exception | str) -> str:
    return KINDS.get(error, "") if isinstance(error, str) else type(error).__name__


def _storable(words: str) -> str:
    """PostgreSQL keeps no NUL in a text, and no half of a pair."""
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def why(error: Exception | str) -> str:
    """The reason in one line that is safe to print, without the values that were sent: a log and a
    list are no place for them.
    """
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        wrong = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg']}"
            for problem in problems[:10]
        )
        return visible(f"not a valid {error.title}: {wrong}", REASON)
    return visible(error if isinstance(error, str) else repr(error), REASON)


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


@dataclass(frozen=True)
class Which:
    """Letters of one topic, of one kind (an event's type or a failure's class), of one department;
    empty: of all.
    """

    topic: str = ""
    kind: str = ""
    department: str = ""


def waiting(
    session: Session, which: Which = Which(), *, skip: int = 0, limit: int | None = None
) -> Sequence[Row[Any]]:
    """Dead letters, oldest first."""
    return session.execute(LIST, asdict(which) | {"skip": skip, "limit": limit}).all()


def kinds(session: Session, which: Which = Which()) -> Sequence[Row[Any]]:
    """One row for each topic, type and kind: how many came, how many of them are kept, the first and
    the last place (`partition:offset`), the first reason; oldest first.
    """
    return session.execute(KINDS_OF, asdict(which)).all()


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
    """As it came, with the time of its receipt: the broker's, else that of the burial (BH-03)."""
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
