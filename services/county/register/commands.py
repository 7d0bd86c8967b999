"""Keeps the copies of households and assignments, and looks again at what waited for them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, select

from kit.database.columns import among
from kit.database.upsert import upsert
from kit.seal import id_hash, unseal
from schemas.unit import HouseholdAssigned
from schemas.values import HouseholdWords
from schemas.village import HouseholdRegistered
from services.county.cases.commands import rejoin
from services.county.ledger.commands import find_households
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.register.models import Assignment, Household


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
    known = select(Household.id, Household.village).where(among(Household.id, rows))
    before = dict(session.exec(known).all())
    upsert(session, Household, list(rows.values()), "id")
    session.expire_all()
    find_households(session, list(rows))
    rejoin(session, list(rows), [hash_ for row in rows.values() for hash_ in row["hashes"]])
    # What a village said stays what it said: who came to another one since is not weighed anew.
    stayed = [id for id, row in rows.items() if before.get(id, row["village"]) == row["village"]]
    missed_discoveries_commands.weigh_registered(session, stayed)


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
        "id_hash": event.id_hash,
        "hashes": list(hashes),
        "number": words.number,
        "head_name": words.head_name,
        "id_number": words.id_number,
        "phone": words.phone,
        "members": [member.model_dump(exclude_none=True) for member in words.members],
    }
