"""Households are tagged from what the register knows, and by people. Nobody here commits."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Refused
from rulebook.key_groups import Tag, key_groups
from rulebook.packs.tags import Sign
from services.village.checks import queries as checks_queries
from services.village.key_groups import queries
from services.village.key_groups.forms import TagForm, UntagForm
from services.village.key_groups.models import KeyGroupHousehold
from services.village.key_groups.policy import policy
from services.village.national.queries import checkable
from services.village.register import queries as register_queries
from services.village.register.models import Household

Key = tuple[str, str, Sign | None]


def tag_village(session: Session, village: str, *, on: date) -> None:
    """Every household of the village anew; what is as it was stays, also what people tagged."""
    households = checks_queries.to_check(session, village)
    homes = {household.id: household for household in households}
    pack = queries.pack_on(session, on)
    seen: dict[Key, tuple[Household, Tag, str]] = {}
    for household, entry in zip(households, checkable(session, households), strict=True):
        for tag in key_groups(entry, on=on, pack=pack):
            persons = [tag.person.name or ""] if tag.person else []
            key = (household.id, tag.group, tag.sign)
            before = seen[key][2].split("、") if key in seen else []
            seen[key] = household, tag, "、".join([*before, *persons])
    kept = {_key(row): row for row in queries.of_village(session, village, households)}
    for key, row in kept.items():
        if row.household not in homes or (row.sign is not None and key not in seen):
            session.delete(row)
        else:
            _follow(row, homes[row.household], seen[key][2] if key in seen else "")
    session.add_all(
        KeyGroupHousehold(
            household=household.id,
            village=household.village,
            group=household.group,
            key_group=tag.group,
            sign=tag.sign,
            persons=persons,
            since=on,
        )
        for key, (household, tag, persons) in seen.items()
        if key not in kept
    )


def _key(row: KeyGroupHousehold) -> Key:
    return row.household, row.key_group, row.sign


def _follow(row: KeyGroupHousehold, household: Household, persons: str) -> None:
    """Written only where something is other than it was."""
    now = {"village": household.village, "group": household.group, "persons": persons}
    for name, value in now.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def tag_household(
    session: Session, household_id: str, form: TagForm, *, actor: Actor, on: date
) -> KeyGroupHousehold:
    """Somebody knows what no data say. The same again changes the note alone."""
    household = register_queries.household(session, household_id)
    policy.require(actor, "tag_household", household)
    if not household.on_register or household.merged_on:
        raise Refused("这一户不在登记册里，不能标注。")
    if form.key_group not in queries.left_to_people(queries.pack_on(session, on)):
        raise Refused("这类人群由系统按登记册认定，不用人工标注。请从列表里选。", field="key_group")
    row = _by_hand(queries.of_household(session, household_id), form.key_group)
    if row is None:
        row = KeyGroupHousehold(
            household=household.id,
            village=household.village,
            group=household.group,
            key_group=form.key_group,
            since=on,
        )
    row.note, row.by = form.note, actor.name
    session.add(row)
    return row


def untag_household(session: Session, household_id: str, form: UntagForm, *, actor: Actor) -> None:
    """Takes back what a person tagged; what the data show ends when they change."""
    household = register_queries.household(session, household_id)
    policy.require(actor, "tag_household", household)
    row = _by_hand(queries.of_household(session, household_id), form.key_group)
    if row is None:
        raise Refused("这一户没有这项人工标注。", field="key_group")
    session.delete(row)


def _by_hand(rows: Iterable[KeyGroupHousehold], group: str) -> KeyGroupHousehold | None:
    return next((row for row in rows if row.sign is None and row.key_group == group), None)
