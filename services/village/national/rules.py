"""The register's entries as the national system has them, and back. Standard library and rulebook only.

What is kept is JSON: codes by their words, as the export has them, so that a word that no code knows
stays as it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from rulebook.cells import Unclear
from rulebook.national import Household, Person
from rulebook.national.columns import COLUMNS, Column
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
PERSON = tuple(field.name for field in fields(Person) if field.name != "certificate")
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
    return Person(certificate=certificate, **known(member, PERSON, person=True))


def member_of(person: Person) -> dict[str, Any]:
    """`Member`'s fields, as far as they are said."""
    number = person.id_number
    said = kept(person, PERSON) | {"id_number": number}
    return said if person.certificate == number else said | {"certificate": person.certificate}
