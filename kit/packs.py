"""Policy packs as this service's records were made under them: a file may be changed or lost, the
rules of a record may not (GT-22).
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text
from sqlmodel import Session

from kit.errors import Refused
from rulebook.book import book_of
from rulebook.packs import Pack

# One at a time: replicas start together.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('pack_used'))")
LATEST = text(
    "SELECT ref, valid_from FROM pack_used WHERE name = :name ORDER BY kept_at DESC LIMIT 1"
)
KEEP = text("""INSERT INTO pack_used (ref, name, valid_from, content)
    VALUES (:ref, :name, :valid_from, :content)
    ON CONFLICT (ref) DO UPDATE SET kept_at = clock_timestamp()""")
EVERY = text("SELECT content FROM pack_used")
RECALL = text("SELECT content FROM pack_used WHERE ref = :ref")


def pack(session: Session, on: date) -> Pack:
    """The county's policy pack in force on that day: what a record of that day is made under."""
    return book_of(session.info).pack(session.info["county"], on)


def pack_of(session: Session, ref: str) -> Pack:
    """The pack that a record was made under (`Pack.ref`); `LookupError` when it is lost."""
    return book_of(session.info).pack_of(ref, lambda ref: recall(session, ref))


def keep(connection: Connection, packs: Iterable[Pack], today: date) -> None:
    """Keep what is in force, at every start. `Refused` when a pack was changed after its first day:
    records may have been made under what it said before.
    """
    connection.execute(ONE_AT_A_TIME)
    for pack in packs:
        before = connection.execute(LATEST, {"name": pack.name}).one_or_none()
        if before and before.ref != pack.ref and before.valid_from <= today:
            raise Refused(
                f"政策包 {pack.name} 已经用过，内容却改了。请把文件恢复原样；"
                f"要改的写成新版本：backstop packs new {pack.name.partition('@')[0]}。"
            )
        connection.execute(
            KEEP,
            {
                "ref": pack.ref,
                "name": pack.name,
                "valid_from": pack.valid_from,
                "content": pack.content,
            },
        )


def kept(connection: Connection) -> list[str]:
    """Every content that was ever in force."""
    return list(connection.execute(EVERY).scalars())


def recall(session: Session, ref: str) -> str:
    """The content kept under a reference; `LookupError` when there is none."""
    content = session.execute(RECALL, {"ref": ref}).scalar_one_or_none()
    if content is None:
        raise LookupError(f"政策包 {ref} 的内容没有留存，请从备份中恢复它的文件。")
    return content
