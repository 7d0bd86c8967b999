"""Whether the chain still stands as it was sealed, and as its heads were written down elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Row, text
from sqlmodel import Session

from kit.audit.heads import Head
from kit.audit.sealing import BATCH, COLUMNS, hash_of

LATE = 30  # seconds; the sealer comes every two
SEALED = text(f"SELECT {COLUMNS}, number, hash FROM audit WHERE number IS NOT NULL ORDER BY number")
# By the time in the row's own id: the county's clock may be a rehearsal's.
WAITING = text(f"""SELECT count(*) AS unsealed, count(*) FILTER (WHERE coalesce(
        uuid_extract_timestamp(id) < clock_timestamp() - interval '{LATE} seconds', true)) AS late
    FROM audit WHERE number IS NULL""")


class Fault(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"  # two rows of one number
    CUT = "cut"  # the end is gone
    REPLACED = "replaced"  # chained anew: it holds, but is not what was written down


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold: a row changed or put in, or one that is not there."""

    number: int
    fault: Fault


@dataclass(frozen=True)
class Chain:
    """`sealed` rows hold up to `head`, the last one's hash; `unsealed` wait for the sealer, `late`
    of them longer than it takes. Rows cut off the end and a chain made anew are told only by
    heads written down elsewhere: it was compared with so many, `compared`.
    """

    sealed: int
    head: bytes
    unsealed: int
    broken: Broken | None = None
    late: int = 0
    compared: int = 0


def check(session: Session, heads: Iterable[Head] = ()) -> Chain:
    """Walk the chain to its end or to the first link that is broken. `heads` were read before: a
    chain only grows.
    """
    known: dict[int, set[bytes]] = {}
    for head in heads:
        known.setdefault(head.number, set()).add(head.hash)
    waiting = session.execute(WAITING).one()
    chain = _walk(session, known)
    ahead = [number for number in known if number > chain.sealed]
    if chain.broken is None and ahead:
        chain = replace(chain, broken=Broken(chain.sealed + 1, Fault.CUT))
    return replace(chain, unsealed=waiting.unsealed, late=waiting.late)


def _walk(session: Session, known: dict[int, set[bytes]]) -> Chain:
    chain = Chain(0, b"", 0)
    for row in session.execute(SEALED, execution_options={"yield_per": BATCH}):
        if fault := _fault(chain, row, known.get(row.number, set())):
            number = chain.sealed + 1 if fault is Fault.MISSING else row.number
            return replace(chain, broken=Broken(number, fault))
        compared = chain.compared + (row.number in known)
        chain = Chain(row.number, row.hash, 0, compared=compared)
    return chain


def _fault(chain: Chain, row: Row, known: set[bytes]) -> Fault | None:
    """What is wrong with the next row of the chain."""
    if row.number <= chain.sealed:
        return Fault.INSERTED
    if row.number > chain.sealed + 1:
        return Fault.MISSING
    if row.hash != hash_of(chain.head, row.number, row):
        return Fault.CHANGED
    return Fault.REPLACED if known - {row.hash} else None
