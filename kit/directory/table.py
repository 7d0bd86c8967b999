"""The table `directory`: written whole, read by code, by parent, by name.

`kinds` is one kind, several, or None for any.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import Session

from kit.dates import show_month
from kit.directory.succession import forget

Kinds = str | Collection[str] | None
NOBODY = "—"  # what a page prints where no code stands


@dataclass(frozen=True)
class Entry:
    """What one code is called. `also`: short and other names; `parent`: the code of what it belongs
    to; months are `YYYY-MM`, None: since ever, until further notice. `successor`: who answers for
    its open things since it ended: what it was merged into, or the office above.
    """

    kind: str
    code: str
    name: str
    also: tuple[str, ...] = ()
    parent: str | None = None
    active: bool = True
    first_month: str | None = None
    last_month: str | None = None
    successor: str | None = None

    def is_there(self, month: str) -> bool:
        """Whether it existed in this month."""
        begun = self.first_month is None or self.first_month <= month
        return begun and (self.last_month is None or month <= self.last_month)


COLUMNS = "kind, code, name, also, parent, active, first_month, last_month, successor"
PUT = text(f"""INSERT INTO directory ({COLUMNS})
    VALUES (:kind, :code, :name, :also, :parent, :active, :first_month, :last_month,
        :successor)
    ON CONFLICT (code, kind) DO UPDATE SET name = excluded.name, also = excluded.also,
    parent = excluded.parent, active = excluded.active, first_month = excluded.first_month,
    last_month = excluded.last_month, successor = excluded.successor, at = excluded.at""")
OF_KINDS = "(CAST(:kinds AS text[]) IS NULL OR kind = ANY(:kinds))"


def _select(where: str, order: str = "code, kind") -> TextClause:
    return text(f"SELECT {COLUMNS} FROM directory WHERE {OF_KINDS} AND {where} ORDER BY {order}")


BY_CODE = _select("code = ANY(:codes)")
ALL = _select("(active OR NOT :active)")
ENDED = _select("successor IS NOT NULL")
CHILDREN = _select("parent = :parent AND active")
NAMED = _select("(name = :text OR :text = ANY(also))")
# What is called so before what is only called like it; strpos knows no wildcard.
FIND = _select(
    """(code = :text OR strpos(name, :text) > 0
    OR EXISTS (SELECT FROM unnest(also) AS other WHERE strpos(other, :text) > 0))""",
    "name <> :text AND code <> :text, name, code",
)
NAMED_IN = _select("active AND strpos(:text, name) > 0", "length(name) DESC, code")
FULL = text(f"""SELECT one.code, concat(above.name, one.name) AS name FROM directory one
    LEFT JOIN LATERAL (SELECT name FROM directory WHERE code = one.parent ORDER BY kind LIMIT 1) above ON true
    WHERE {OF_KINDS.replace("kind =", "one.kind =")} AND one.code = ANY(:codes)""")


def put(session: Session, *entries: Entry) -> None:
    """Write entries; each replaces what was told of its kind and code before."""
    if entries:
        rows = [asdict(entry) | {"also": list(entry.also)} for entry in entries]
        session.execute(PUT, rows)
        forget(session)


def name(session: Session, kinds: Kinds, code: str | None) -> str:
    """The name, or the code itself while nobody has told it; a dash for no code."""
    return names(session, kinds, [code])[code] if code else NOBODY


def names(session: Session, kinds: Kinds, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name for a whole page in one statement; an unknown code stands for itself."""
    distinct = {code for code in codes if code}
    if not distinct:
        return {}
    return {code: code for code in distinct} | {
        entry.code: entry.name for entry in _read(session, BY_CODE, kinds, codes=list(distinct))
    }


def full_names(session: Session, kinds: Kinds, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name with its parent's before it: 河湾镇石桥村."""
    distinct = {code for code in codes if code}
    if not distinct:
        return {}
    rows = session.execute(FULL, {"kinds": _list(kinds), "codes": list(distinct)})
    return {code: code for code in distinct} | {row.code: row.name for row in rows}


def entry(session: Session, kinds: Kinds, code: str) -> Entry | None:
    return next(iter(_read(session, BY_CODE, kinds, codes=[code])), None)


def why_gone(session: Session, entry: Entry) -> str:
    """石桥村已撤并（报到2026年9月，并入马家村）: of what ended, when, and into what."""
    heir = names(session, entry.kind, [entry.successor])
    joined = heir.get(entry.successor or "") != entry.successor
    until = f"报到{show_month(entry.last_month)}，" if entry.last_month else ""
    into = f"并入{heir[entry.successor or '']}" if joined else "没有并入单位"
    return f"{entry.name}已撤并（{until}{into}）"


def exists(session: Session, kinds: Kinds, code: str) -> bool:
    """Whether somebody has named it and it is still in use."""
    known = entry(session, kinds, code)
    return known is not None and known.active


def entries(session: Session, kinds: Kinds, *, active: bool = True) -> list[Entry]:
    """All by code; with `active=False` those too that are no longer in use."""
    return _read(session, ALL, kinds, active=active)


def ended(session: Session, kinds: Kinds) -> list[Entry]:
    """What is no longer there and has a successor, by code."""
    return _read(session, ENDED, kinds)


def children(session: Session, kinds: Kinds, parent: str) -> list[Entry]:
    """What belongs to `parent` and is in use, by code."""
    return _read(session, CHILDREN, kinds, parent=parent)


def named(session: Session, kinds: Kinds, text: str) -> list[Entry]:
    """Everything that is called exactly so, also by a short or other name."""
    return _read(session, NAMED, kinds, text=text.strip())


def named_in(session: Session, kinds: Kinds, text: str) -> list[Entry]:
    """What is in use and whose name stands in the text, the longest name first; a name inside
    another one that was found (上坝村 in 大上坝村) is left out.
    """
    candidates = _read(session, NAMED_IN, kinds, text="".join(text.split()))
    return [
        candidate
        for candidate in candidates
        if not any(
            candidate.name != other.name and candidate.name in other.name for other in candidates
        )
    ]


def find(session: Session, text: str, kinds: Kinds = None) -> list[Entry]:
    """A person's search: part of a name, or a whole code; exact ones first."""
    text = text.strip()
    return _read(session, FIND, kinds, text=text) if text else []


def _list(kinds: Kinds) -> list[str] | None:
    return [kinds] if isinstance(kinds, str) else None if kinds is None else list(kinds)


def _read(session: Session, statement: TextClause, kinds: Kinds, **values: Any) -> list[Entry]:
    rows: Sequence[Any] = session.execute(statement, {"kinds": _list(kinds)} | values).all()
    return [Entry(**dict(row._mapping) | {"also": tuple(row.also)}) for row in rows]
