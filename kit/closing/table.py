"""The table `closing`: what was said to end, and what follows for the directory."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.closing.forms import ClosingForm
from kit.database.chassis_tables import CLOSING
from kit.database.locks import hold
from kit.directory import Entry
from kit.errors import Conflict, NotFound, Refused
from rulebook.months import first_day, month_of
from schemas.codes import DIVISIONS

LOCK = "closing"
KEPT = CLOSING.c
MONTHS_AHEAD = 12
COLUMNS = """id, kind, code, last_month, successor, reason, said_by, said_on, with_code, ended_on,
    moved"""
IN_FORCE = text(f"""SELECT {COLUMNS} FROM closing WHERE undone_on IS NULL
    AND (CAST(:kinds AS text[]) IS NULL OR kind = ANY(:kinds)) ORDER BY last_month, kind, code""").columns(
    reason=KEPT.reason.type
)
SAY = text("""INSERT INTO closing
    (kind, code, last_month, successor, reason, said_by, said_on, with_code)
    VALUES (:kind, :code, :last_month, :successor, :reason, :by, :on, :with_code)""").bindparams(
    bindparam("reason", type_=KEPT.reason.type)
)
END = text("UPDATE closing SET ended_on = :on, moved = :moved WHERE id = :id")
UNDO = text("""UPDATE closing SET undone_by = :by, undone_on = :on, undone_reason = :reason
    WHERE id = :id""").bindparams(bindparam("reason", type_=KEPT.undone_reason.type))


@dataclass(frozen=True)
class Closing:
    """`with_code`: the village that it ended with; `moved`: keys of the rows that went along."""

    id: UUID
    kind: str
    code: str
    last_month: str
    successor: str | None
    reason: str
    said_by: str
    said_on: date
    with_code: str | None
    ended_on: date | None
    moved: list[str]


def about(kind: str, code: str) -> str:
    """What the deadline of its end is about; `kind_and_code` reads it."""
    return f"{kind} {code}"


def kind_and_code(about: str) -> tuple[str, str]:
    kind, _, code = about.partition(" ")
    return kind, code


def ending(event: Any) -> dict[str, Any]:
    """What an event says of it, as fields of an `Entry`."""
    return {
        "last_month": event.last_month,
        "successor": event.successor,
        "active": event.successor is None,
    }


def closings(session: Session, kinds: Collection[str] | None = None) -> list[Closing]:
    """All in force, by month."""
    rows = session.execute(IN_FORCE, {"kinds": list(kinds) if kinds else None})
    return [Closing(**row._mapping) for row in rows]


def in_force(session: Session, kind: str, code: str) -> Closing | None:
    return next((row for row in closings(session, [kind]) if row.code == code), None)


def say(
    session: Session,
    entry: Entry,
    form: ClosingForm,
    *,
    actor: Actor,
    on: date,
    with_code: str | None = None,
) -> None:
    """Its last month. `Refused` when its successor is none, `Conflict` when it was said before."""
    hold(session, LOCK)
    if said := in_force(session, entry.kind, entry.code):
        raise Conflict(
            f"{entry.name}已登记撤并（最后一个月{said.last_month}）；要改，请先恢复，再重新登记。"
        )
    if _months_after(form.last_month, on) > MONTHS_AHEAD:
        raise Refused(f"最后一个月{form.last_month}太远，请核对年份。", field="last_month")
    if form.successor:
        _check_successor(session, entry, form.successor, form.last_month)
    said_of = {"kind": entry.kind, "code": entry.code, "by": actor.label, "on": on}
    words = form.model_dump(include={"last_month", "successor", "reason"})
    session.execute(SAY, said_of | words | {"with_code": with_code})


def end(session: Session, kind: str, code: str, on: date, moved: Iterable[str] = ()) -> bool:
    """Its last month is over: others answer for it. False when it was taken back, or has ended."""
    hold(session, LOCK)
    row = in_force(session, kind, code)
    if row is None or row.ended_on or month_of(on) <= row.last_month:
        return False
    session.execute(END, {"id": row.id, "on": on, "moved": list(moved)})
    return True


def undo(session: Session, kind: str, code: str, reason: str, *, actor: Actor, on: date) -> Closing:
    """It is there again, as if nothing had been said; gives back what had been."""
    hold(session, LOCK)
    row = in_force(session, kind, code)
    if row is None:
        raise NotFound("没有登记过撤并，不用恢复。")
    session.execute(UNDO, {"id": row.id, "by": actor.label, "on": on, "reason": reason})
    return row


def changed(session: Session, kinds: Collection[str]) -> list[Entry]:
    """Entries of the directory as they should be told now, those that differ: also of those whose
    successor has ended meanwhile or is there again.
    """
    said = {(row.kind, row.code): row for row in closings(session, kinds)}
    heirs = _heirs(session, kinds, lambda row: row.ended_on is not None)
    entries = [
        entry
        for entry in directory.entries(session, kinds, active=False)
        if entry.last_month or entry.successor or (entry.kind, entry.code) in said
    ]
    fresh = []
    for entry in entries:
        row, heir = said.get((entry.kind, entry.code)), heirs.get((entry.kind, entry.code))
        told = replace(
            entry, last_month=row.last_month if row else None, successor=heir, active=heir is None
        )
        if told != entry:
            fresh.append(told)
    return fresh


def over(session: Session, kinds: Collection[str], month: str) -> dict[str, str]:
    """What nobody expects any more in this month: code → who answers for it then."""
    heirs = _heirs(session, kinds, lambda row: row.last_month < month)
    return {code: heir for (_, code), heir in heirs.items()}


Key = tuple[str, str]  # kind, code


def _heirs(
    session: Session, kinds: Collection[str], gone: Callable[[Closing], bool]
) -> dict[Key, str]:
    """Who answers for each that is gone: what it was merged into or the office above, and when that
    is gone too, whoever answers for it.
    """
    rows = {(row.kind, row.code): row for row in closings(session) if gone(row)}
    parents = {
        (entry.kind, entry.code): entry.parent
        for entry in directory.entries(session, {kind for kind, _ in rows}, active=False)
    }
    return {key: _heir(session, key, rows, parents) for key in rows if key[0] in kinds}


def _heir(
    session: Session, key: Key, rows: dict[Key, Closing], parents: dict[Key, str | None]
) -> str:
    passed: set[Key] = set()
    while key in rows and key not in passed:
        passed.add(key)
        merged, above = rows[key].successor, parents.get(key) or session.info["county"]
        kind = key[0] if merged else next((k for k in DIVISIONS if (k, above) in rows), "")
        key = kind, merged or above
    return key[1]


def _check_successor(session: Session, entry: Entry, successor: str, last_month: str) -> None:
    known = directory.entry(session, entry.kind, successor)
    if known and known.successor:
        sentence = f"{directory.why_gone(session, known)}，请选现在的并入单位。"
        raise Refused(sentence, field="successor")
    if known is None or not known.active:
        raise Refused(f"没有代码为“{successor}”的并入单位，请核对。", field="successor")
    if successor == entry.code:
        raise Refused("不能并入自己，请另选并入单位。", field="successor")
    row = in_force(session, entry.kind, successor)
    if row and row.last_month <= last_month:
        sentence = f"{known.name}自己也只到{row.last_month}，请选接续它的单位。"
        raise Refused(sentence, field="successor")


def _months_after(month: str, on: date) -> int:
    last = first_day(month)
    return (last.year - on.year) * 12 + last.month - on.month
