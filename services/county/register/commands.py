"""Keeps the copies of households and assignments, and looks again at what waited for them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from kit.database.columns import among
from kit.database.upsert import upsert
from kit.seal import id_hash, unseal
from schemas.unit import HouseholdAssigned
from schemas.values import HouseholdWords
from schemas.village import HouseholdRegistered
from services.county.cases.commands import rejoin
from services.county.commands import heard_on
from services.county.ledger.commands import find_households
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.register import queries
from services.county.register.models import Assignment, Counted, Household, Lived


def assign_households(session: Session, events: Sequence[HouseholdAssigned]) -> None:
    rows = {
        event.household: event.model_dump(include={"household", "helper", "unit"})
        for event in events
    }
    upsert(session, Assignment, list(rows.values()), "household")


def register_households(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    """A county's register comes at once; findings that waited for one of these households find
    their case.
    """
    rows = {event.household: _household(session, event) for event in events}
    before = _places(session, rows)
    for id, row in rows.items():
        row["lived"] = _lived(session, before.get(id), row)
        row["counted"] = _counted(session, before.get(id), row)
    upsert(session, Household, list(rows.values()), "id")
    session.expire_all()
    _join_merged(session, [event for event in events if event.merged_into])
    find_households(session, list(rows))
    rejoin(session, list(rows), [hash_ for row in rows.values() for hash_ in row["hashes"]])
    # What a village said stays what it said: who came to another one since is not weighed anew.
    stayed = [id for id, row in rows.items() if id not in before or _is_there(before[id], row)]
    missed_discoveries_commands.weigh_registered(session, stayed)


# A merged into B, B later into C: of A that is C, in whatever order they are told.
FOLLOW = text("""UPDATE household h SET merged_into = heir.merged_into FROM household heir
    WHERE h.merged_into = heir.id AND heir.merged_into IS NOT NULL AND heir.merged_into <> h.id""")


def _join_merged(session: Session, merged: Sequence[HouseholdRegistered]) -> None:
    """Entries whose numbers are void: whatever is told of them is their successor's (F-04)."""
    if not merged:
        return
    while session.execute(FOLLOW).rowcount:  # type: ignore[attr-defined]
        session.expire_all()
    for id in sorted({event.household for event in merged}):
        missed_discoveries_commands.join_visits(session, id, queries.present(session, id))


def _places(session: Session, households: Iterable[str]) -> dict[str, Any]:
    """Of those that we know where they live, and lived, and how many they are, and were."""
    columns: list[Any] = [Household.id, Household.village, Household.group_no, Household.lived]
    columns += [Household.size, Household.counted]
    known = session.execute(select(*columns).where(among(Household.id, households)))
    return {place.id: place for place in known}


def _is_there(before: Any, row: dict[str, Any]) -> bool:
    return bool(before.village == row["village"])


def _lived(session: Session, before: Any, row: dict[str, Any]) -> list[dict[str, Any]] | None:
    """With the place that it leaves: what was said there of a month stays that place's own (F-15)."""
    if before is None or (before.village, before.group_no) == (row["village"], row["group_no"]):
        return before.lived if before else None
    left = Lived(
        village=before.village, group_no=before.group_no, until=heard_on(session, date.min)
    )
    return [*(before.lived or ()), left.model_dump(mode="json")]


def _counted(session: Session, before: Any, row: dict[str, Any]) -> list[dict[str, Any]] | None:
    """With how many they were until today: a figure counts the members of its cut-off day."""
    if before is None or before.size == row["size"]:
        return before.counted if before else None
    were = Counted(size=before.size, until=heard_on(session, date.min))
    return [*(before.counted or ()), were.model_dump(mode="json")]


def _household(session: Session, event: HouseholdRegistered) -> dict[str, Any]:
    words = unseal(session, event.sealed, HouseholdWords)
    own = [id_hash(session, member.id_number) for member in words.members if member.id_number]
    hashes = dict.fromkeys(
        [*([event.id_hash] if event.id_hash else []), *event.member_hashes, *own]
    )
    return {
        "id": event.household,
        "village": event.village,
        "group_no": event.group,
        "stratum": event.stratum,
        "size": event.size,
        "on_register": event.on_register,
        "merged_into": event.merged_into,
        "id_hash": event.id_hash,
        "hashes": list(hashes),
        "number": words.number,
        "head_name": words.head_name,
        "id_number": words.id_number,
        "phone": words.phone,
        "members": [member.model_dump(exclude_none=True) for member in words.members],
    }
