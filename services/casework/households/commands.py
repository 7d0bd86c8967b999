"""Keeps the copies of households."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from kit.database.upsert import upsert
from kit.seal import id_hash, unseal
from schemas.values import HouseholdWords
from schemas.village import HouseholdRegistered
from services.casework.households.models import Household

# A merged into B, B later into C: of A that is C, in whatever order they are told.
FOLLOW = text("""UPDATE household h SET merged_into = heir.merged_into FROM household heir
    WHERE h.merged_into = heir.id AND heir.merged_into IS NOT NULL AND heir.merged_into <> h.id""")


def keep_households(session: Session, events: Sequence[HouseholdRegistered]) -> list[str]:
    """The register's entries, the latest of each; their ids."""
    rows = {event.household: _household(session, event) for event in events}
    upsert(session, Household, [rows[id] for id in sorted(rows)], "id")
    if any(row["merged_into"] for row in rows.values()):
        while session.execute(FOLLOW).rowcount:  # type: ignore[attr-defined]
            pass
    session.expire_all()
    return list(rows)


def _household(session: Session, event: HouseholdRegistered) -> dict[str, Any]:
    words = unseal(session, event.sealed, HouseholdWords)
    own = [id_hash(session, member.id_number) for member in words.members if member.id_number]
    head = [event.id_hash] if event.id_hash else []
    return {
        "id": event.household,
        "village": event.village,
        "group_no": event.group,
        "stratum": event.stratum,
        "size": event.size,
        "on_register": event.on_register,
        "merged_into": event.merged_into,
        "id_hash": event.id_hash,
        "hashes": list(dict.fromkeys([*head, *event.member_hashes, *own])),
        "number": words.number,
        "head_name": words.head_name,
        "id_number": words.id_number,
        "phone": words.phone,
        "members": [member.model_dump(exclude_none=True) for member in words.members],
    }
