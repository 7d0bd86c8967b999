"""What the register answers and tells: households, and those that wait to be looked into."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from kit.seal import id_hash, seal
from schemas.codes import Stratum
from schemas.values import HouseholdWords, Member
from schemas.village import HouseholdRegistered
from services.village.register.rules import TaskState


class HouseholdOut(BaseModel, from_attributes=True):
    id: str
    number: str | None
    village: str
    group: str | None
    stratum: Stratum
    size: int
    head_name: str
    on_register: bool


class RegisterTaskOut(BaseModel):
    """A household outside the register that somebody has to look into."""

    task: str
    household: str
    village: str
    opened_on: date


class ResolutionOut(BaseModel):
    """What became of such a task."""

    task: str
    household: str
    state: TaskState


def registered(
    session: Session,
    row: Mapping[str, Any],
    members: Sequence[Member] | None = None,
    hashes: Sequence[str] | None = None,
) -> HouseholdRegistered:
    """`members` and the `hashes` of their ID numbers: the row's, before they became a table's;
    checking and hashing a county's persons twice takes its time.
    """
    words = HouseholdWords(
        number=row["number"],
        head_name=row["head_name"],
        id_number=row["id_number"],
        phone=row["phone"],
        members=tuple(members or map(Member.model_validate, row["members"])),
    )
    if hashes is None:
        hashes = [
            id_hash(session, member["id_number"])
            for member in row["members"]
            if member.get("id_number")
        ]
    return HouseholdRegistered(
        household=row["id"],
        village=row["village"],
        group=row["group"],
        stratum=row["stratum"],
        size=row["size"],
        on_register=row["on_register"],
        merged_into=row["duplicate_of"] if row.get("merged_on") else None,
        id_hash=row["id_hash"],
        member_hashes=tuple(hashes[1 if row["id_hash"] else 0 :]),
        sealed=seal(session, words),
    )
