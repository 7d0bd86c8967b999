"""Whose ID number stands in the register already (G-09)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from kit.errors import Refused
from kit.seal import id_hash
from schemas.values import Member
from services.village import directory
from services.village.duplicates.policy import policy
from services.village.persons import queries as persons_queries
from services.village.persons.models import Person
from services.village.persons.queries import Holder
from services.village.register import queries as register_queries
from services.village.register.forms import HouseholdDraft
from services.village.register.models import Household

WHAT_TO_DO = "户编号变了的，在那一户的页面改户编号；迁来的，用原编号登记到新的村组；已经并户的，登记为那一户的成员"
TO_MOVE = "分户、迁入的，把那一户现在的成员一起登记；同一户的，先并户"

Hashes = Sequence[Sequence[str | None]]  # of each draft, of each of its persons
Seat = tuple[int, int]  # place of a draft in its set, of a person in it


class Doubled(Refused):
    """Of a set some belong to another household already: `clashes` as `elsewhere` gives them."""

    def __init__(self, clashes: Mapping[Seat, str]) -> None:
        super().__init__(next(iter(clashes.values())))
        self.clashes = clashes


def called(session: Session, household: Any, *, named: bool = False) -> str:
    """户编号H1（河湾镇石桥村）, or, `named`, 户编号H1（河湾镇石桥村陈红梅户）"""
    number = f"户编号{household.number}" if household.number else "不在册的一户"
    whose = f"{household.head_name}户" if named else ""
    return f"{number}（{directory.names(session).full(household.village)}{whose}）"


def hashes(session: Session, people: Sequence[Sequence[Member]]) -> Hashes:
    """Of the persons of each draft, in their order; None: without an ID number."""
    return [
        [id_hash(session, member.id_number) if member.id_number else None for member in members]
        for members in people
    ]


def elsewhere(
    session: Session, drafts: Sequence[HouseholdDraft], hashes: Hashes, actor: Actor
) -> dict[Seat, str]:
    """Persons of the drafts, the head first, who belong to another household: place of the draft
    and of the person in it → a sentence that says which and what to do. Whom the same drafts take
    out of a household is free.
    """
    every = {hashed for persons in hashes for hashed in persons if hashed}
    there = _There(
        persons_queries.holders(session, every),
        persons_queries.disputed_in(session, [draft.number for draft in drafts if draft.number]),
        {
            draft.number: set(persons)
            for draft, persons in zip(drafts, hashes, strict=True)
            if draft.number
        },
    )
    clashes: dict[Seat, str] = {}
    first: dict[str, Seat] = {}  # where a hash stands first
    for at, (draft, persons) in enumerate(zip(drafts, hashes, strict=True)):
        for place, hashed in enumerate(persons):
            if hashed is None:
                continue
            before, seat = first.setdefault(hashed, (at, place))
            if before == at and seat != place:
                clashes[at, place] = f"{_person(draft, place)}与本户另一人相同，请核对。"
            elif before != at and not _is_same(draft, persons, drafts[before], hashes[before]):
                clashes[at, place] = _in_set(draft, place, drafts[before])
            elif (holder := there.other(draft, persons, place)) is not None:
                clashes[at, place] = _sentence(session, draft, place, holder, actor)
    return clashes


def _is_same(
    draft: HouseholdDraft,
    persons: Sequence[str | None],
    other: HouseholdDraft,
    others: Sequence[str | None],
) -> bool:
    """Whether two drafts are of one household: by number; one of both has none: by head."""
    if draft.number and other.number:
        return draft.number == other.number
    return persons[0] == others[0]


@dataclass(frozen=True)
class _There:
    """What the register says of the persons of a set."""

    holders: Mapping[str, Holder]
    disputed: Collection[tuple[str, str]]  # household's number, hash: known, and somebody's task
    stay: Mapping[str, Collection[str | None]]  # by number: who belongs to that household now

    def other(
        self, draft: HouseholdDraft, persons: Sequence[str | None], place: int
    ) -> Holder | None:
        """The other household that the person belongs to, and goes on to."""
        hashed = persons[place] or ""
        holder = self.holders.get(hashed)
        if (
            holder is None
            or not holder.on_register  # a report named it: it gives way to the register
            or self._is_own(holder, draft, persons)
            or (draft.number or "", hashed) in self.disputed
            or hashed not in self.stay.get(holder.number or "", (hashed,))
        ):
            return None
        return holder

    def _is_own(self, holder: Holder, draft: HouseholdDraft, persons: Sequence[str | None]) -> bool:
        """The household that the draft enters: by its number; one of both has none: by its head."""
        if draft.number and holder.number:
            return draft.number == holder.number
        head = self.holders.get(persons[0] or "")
        return head is not None and head.is_head and head.id == holder.id


def _in_set(draft: HouseholdDraft, place: int, other: HouseholdDraft) -> str:
    number = f"户编号{other.number}" if other.number else f"{other.head.name}户"
    return f"{_person(draft, place)}已登记为{number}。{WHAT_TO_DO if place == 0 else TO_MOVE}。"


def _sentence(
    session: Session, draft: HouseholdDraft, place: int, holder: Holder, actor: Actor
) -> str:
    if place == 0 and holder.is_head:
        return f"{_person(draft, place)}已登记为{called(session, holder)}。{WHAT_TO_DO}。"
    where = called(session, holder, named=policy.may(actor, "double", holder))
    return f"{_person(draft, place)}已登记为{where}的{'户主' if holder.is_head else '成员'}。{TO_MOVE}。"


def _person(draft: HouseholdDraft, place: int) -> str:
    person = draft.head_first[place]
    return f"{'户主' if place == 0 else ''}{person.name}的身份证号码"


def still_double(current: Household | None, hashed: str | None) -> str | None:
    """Whose double an entry stays when it is written again: not with another ID number."""
    return current.duplicate_of if current and current.id_hash == hashed else None


def doubles(session: Session, actor: Actor, action: str = "doubles") -> list[Household]:
    """Entries of somebody who has another one, to be looked into."""
    disputed = select(Person.household).where(col(Person.until).is_(None), Person.disputed)
    statement = select(Household).where(
        or_(col(Household.duplicate_of).is_not(None), col(Household.id).in_(disputed)),
        col(Household.merged_on).is_(None),
        policy.visible(actor, action, Household),
    )
    return list(session.exec(statement.order_by(Household.village, Household.id)))


def twin(session: Session, household: Household) -> Household | None:
    """The other entry of the same head: that one of them which stands in the first place; else the
    one that somebody else of the household belongs to as well. None of what was merged.
    """
    if household.merged_on is not None:
        return None
    statement = select(Household).where(
        Household.id_hash == household.id_hash,
        Household.id != household.id,
        col(Household.merged_on).is_(None),
    )
    order = col(Household.duplicate_of).is_not(None), Household.id
    if household.id_hash and (double := session.exec(statement.order_by(*order)).first()):
        return double
    others = (
        rival.household
        for person in persons_queries.disputed(session, household.id)
        for rival in persons_queries.rivals(session, person)
    )
    other = next(others, None)
    return session.get(Household, other) if other else None


@dataclass(frozen=True)
class Claim:
    """A person of a household whose ID number is open in `others` too."""

    person: Person
    name: str
    is_head: bool
    others: Sequence[Household]


def claims(session: Session, household: Household) -> list[Claim]:
    """Of whom a person has to say where he belongs; heads of two entries are merged instead."""
    names = {
        id_hash(session, member["id_number"]): member["name"]
        for member in household.members
        if member.get("id_number")
    }
    made = []
    for person in persons_queries.disputed(session, household.id):
        rivals = [rival.household for rival in persons_queries.rivals(session, person)]
        known = register_queries.known_households(session, rivals)
        is_head = person.id_hash == household.id_hash
        made.append(
            Claim(person, names.get(person.id_hash, ""), is_head, [known[id] for id in rivals])
        )
    return made


def merged_into(session: Session, household: Household) -> Household | None:
    """What was last merged into it."""
    statement = select(Household).where(
        Household.duplicate_of == household.id, col(Household.merged_on).is_not(None)
    )
    return session.exec(statement.order_by(col(Household.merged_on).desc())).first()
