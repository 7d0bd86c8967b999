"""What the register answers and tells: households, and those that wait to be looked into."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from kit.forms.details import details
from kit.seal import id_hash, seal
from rulebook.money import yuan
from schemas.codes import Stratum
from schemas.values import HouseholdWords, Member
from schemas.village import HouseholdRegistered
from services.village.register.forms import Facts, Income, Living, More
from services.village.register.models import Household
from services.village.register.rules import TaskState

Shown = tuple[str, str]


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


class HouseholdDetails(BaseModel):
    """What else is known of a household, for who needs it: label and words of each field."""

    persons: list[tuple[str, list[Shown]]] = []
    living: list[Shown] = []
    income: list[Shown] = []


def details_of(row: Household, fields: Collection[str]) -> HouseholdDetails:
    """Of the `fields` of `HouseholdDetails` only these."""
    facts = Facts.model_validate(row.facts)
    made: dict[str, Callable[[], Any]] = {
        "persons": lambda: [
            (member["name"], shown)
            for member in row.members
            if (shown := _said(Member.model_validate(member), More, without=["certificate"]))
        ],
        "living": lambda: _said(facts, Living),
        "income": lambda: [
            (info.title, f"{yuan(fen)}元")
            for name, info in Income.model_fields.items()
            if (fen := getattr(facts, name)) is not None
        ],
    }
    return HouseholdDetails.model_validate({name: made[name]() for name in fields})


def _said(row: Any, form: type[BaseModel], without: Sequence[str] = ()) -> list[Shown]:
    return [(label, str(words)) for label, words in details(row, form, without)]


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
