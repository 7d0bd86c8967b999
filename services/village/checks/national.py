"""The register as the national system's export has it, as far as the register has it: what is not
there is an empty cell.
"""

from typing import Any

from rulebook.national.codes import Gender, Health, Labour, Relationship
from rulebook.national.households import Household as NationalHousehold
from rulebook.national.households import Person
from schemas.codes import Coded, Stratum
from services.village.register.models import Household

MONITORED = (Stratum.UNSTABLE_EX_POOR, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP)


def number_of(household: Household) -> str:
    """What a finding of another household calls it; one without a number tells nobody's name."""
    return household.number or f"（无编号{household.id[-8:]}）"


def as_national(household: Household) -> NationalHousehold:
    return NationalHousehold(
        county="",
        township=household.village[:9],
        village=household.village,
        number=number_of(household),
        category=household.stratum if household.stratum in MONITORED else None,
        phone=household.phone,
        members=tuple(map(_person, household.members)),
    )


def _person(member: dict[str, Any]) -> Person:
    return Person(
        name=member.get("name"),
        certificate=member.get("id_number"),
        gender=_code(Gender, member.get("gender")),
        relationship=_code(Relationship, member.get("relationship")),
        health=_health(member.get("health")),
        labour=_code(Labour, member.get("labour")),
        phone=member.get("phone"),
    )


def _code(codes: type[Coded], written: str | None) -> Any:
    """The code of a label; a word that none knows is kept as it stands."""
    return next((code for code in codes if code.label == written), written or None)


def _health(written: str | None) -> tuple[Any, ...]:
    words = (written or "").replace("，", "、").replace(",", "、").split("、")
    return tuple(_code(Health, word.strip()) for word in words if word.strip())
