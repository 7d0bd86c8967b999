"""The register's entries as the national system has them, and back. Standard library and rulebook only.

What is kept is JSON: codes by their words, as the export has them, so that a word that no code knows
stays as it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from rulebook.cells import Unclear
from rulebook.money import yuan
from rulebook.national import Difference, Household, Person
from rulebook.national.columns import COLUMNS, Column
from rulebook.national.difference import Changed
from schemas.codes import Coded


class ImportState(Coded):
    WAITING = "waiting", "待确认"
    TAKEN = "taken", "已导入"
    LEFT = "left", "未导入"


PLACE = ("county", "township", "village")
MONITORED = (
    "category",
    "identified",
    "eliminated",
    "eliminated_in",
    "eliminated_by",
    "causes",
    "development",
    "industry_help",
    "employment_help",
    "finance_help",
    "post_help",
    "education_help",
    "schooling_help",
    "health_help",
    "housing_help",
    "water_help",
    "resettlement",
    "infrastructure",
    "living_conditions",
    "safety_net",
    "social_help",
    "no_labour_marked",
    "house_lost",
    "water_lost",
    "school_lost",
)
"""What another service is the owner of; kept here as the last export had it."""
FACTS = tuple(
    field.name
    for field in fields(Household)
    if field.name not in (*PLACE, *MONITORED, "number", "phone", "members")
)
"""What the register keeps in `Household.facts`."""
MONEY = ("wage", "business", "transfer", "self_paid", "per_head")
PERSON = tuple(
    field.name for field in fields(Person) if field.compare and field.name != "certificate"
)
_BETWEEN = "、"
_COLUMNS: dict[bool, dict[str, Column]] = {
    person: {column.field: column for column in COLUMNS if column.person is person}
    for person in (False, True)
}


def kept(one: Household | Person, names: Iterable[str]) -> dict[str, Any]:
    """Its fields as JSON, without the empty ones."""
    values = {name: _plain(getattr(one, name)) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return _BETWEEN.join(map(_plain, value))
    if isinstance(value, Coded):
        return value.label
    return str(value) if isinstance(value, Decimal | date) else value


def known(values: Mapping[str, Any], names: Iterable[str], *, person: bool) -> dict[str, Any]:
    """The same again, as rules read it; what no column can read is nothing."""
    return {name: _read(_COLUMNS[person][name], values.get(name)) for name in names}


def _read(column: Column, value: Any) -> Any:
    empty = () if column.field == "causes" else column.kind.empty
    if value is None or value == "":
        return empty
    if not isinstance(value, str):
        return value
    try:
        if column.field == "causes":
            return tuple(map(column.kind.read, value.split(_BETWEEN)))
        return column.kind.read(value)
    except Unclear:
        return empty


def person_of(member: Mapping[str, Any]) -> Person:
    """A member of the register (`schemas.values.Member`)."""
    certificate = member.get("certificate") or member.get("id_number")
    disability = member.get("disability")
    fields = known(member, PERSON, person=True)
    return Person(certificate=certificate, disability=disability, **fields)


def member_of(person: Person) -> dict[str, Any]:
    """`Member`'s fields that the export has, the empty ones too: what is empty there is said."""
    number = person.id_number
    said = dict.fromkeys(PERSON) | kept(person, PERSON) | {"id_number": number}
    said["relationship"] = said["relationship"] or ""
    return said | {"certificate": None if person.certificate == number else person.certificate}


def entry_of(household: Household) -> dict[str, Any]:
    """A whole household as JSON."""
    names = (*PLACE, *FACTS, *MONITORED, "number", "phone")
    return kept(household, names) | {"members": list(map(member_of, household.members))}


def household_of(entry: Mapping[str, Any]) -> Household:
    """The same again."""
    return Household(
        **{name: entry.get(name, "") for name in (*PLACE, "number")},
        phone=entry.get("phone"),
        members=tuple(map(person_of, entry["members"])),
        **known(entry, (*FACTS, *MONITORED), person=False),
    )


def monitoring_of(household: Household) -> dict[str, Any]:
    """What is told of its monitoring (`schemas.village.NationalHousehold`)."""
    return {
        "category": household.category,
        "identified": household.identified,
        "eliminated": household.eliminated or False,
        "eliminated_in": household.eliminated_in,
        "causes": tuple(cause.value for cause in household.causes),
    }


def with_identified(said: Mapping[str, Any], one: Any) -> Mapping[str, Any]:
    """What an export said of a household, with what the county decided of it (`one`, of `Identified`)
    and the national system does not have yet. Who was identified anew is not eliminated any more.
    """
    if one is None:
        return said
    month = f"{one.on:%Y-%m}"
    if said.get("category") and not (
        said.get("eliminated") and said.get("eliminated_in", "") <= month
    ):
        return said
    news = {"category": one.category.label, "identified": month, "eliminated": False}
    since = {name: said[name] for name in said if name not in ("eliminated_in", "eliminated_by")}
    return since | news | {"causes": _BETWEEN.join(cause.label for cause in one.causes)}


def as_changed(changed: Changed) -> Household:
    """Ours with what the export says otherwise; what was changed here since the last one stays."""
    here = changed.here
    own = {change.field: change.after for change in changed.changes if change.person is None}
    of_persons: dict[str, dict[str, Any]] = {}
    for change in changed.changes:
        if change.person is not None:
            of_persons.setdefault(change.person, {})[change.field] = change.after
    left = {person.key for person in changed.left}
    stay = [person for person in here.members if person.key not in left]
    members = [replace(person, **of_persons.get(person.key, {})) for person in stay]
    return replace(here, **own, members=(*members, *changed.joined))


def named_as(household: Household, names: Mapping[str, str]) -> Household:
    """An export without 姓名 leaves the names that are known, by ID number."""
    members = (
        person if person.name else replace(person, name=names.get(person.id_number or ""))
        for person in household.members
    )
    return replace(household, members=tuple(members))


def fingerprint(difference: Difference) -> str:
    """Whether what is confirmed is what was shown."""
    return sha256(repr(difference).encode()).hexdigest()


def shown(field: str, value: Any) -> str:
    """A value on a page: yes and no in words, amounts in yuan, of numbers only that they are others."""
    if value is None or value == ():
        return "空"
    if field in ("certificate", "phone", "collector_phone"):
        return "（号码）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return yuan(value) if field in MONEY else str(_plain(value))
