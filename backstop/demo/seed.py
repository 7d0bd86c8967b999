"""What lies there before the first day: organisation, register, the ledger of monitored households,
August's reports.
"""

from collections.abc import Iterator, Sequence

from backstop.demo.county import COUNTY, NAME, Household
from backstop.demo.driver import Driver
from backstop.demo.personas import Personas
from schemas.codes import Stratum

BATCH = 500


async def organisation(driver: Driver, personas: Personas) -> None:
    """Divisions, groups, units, helpers, teams, responsible persons, departments."""
    await _places(driver, personas)
    await _units(driver, personas)
    departments = [
        {"code": code, "name": name} for code, name in personas.county.departments.items()
    ]
    await driver.post(personas.clerk, "/dispatch/api/departments", {"departments": departments})
    await driver.settle()
    await _supervision(driver, personas)


async def _places(driver: Driver, personas: Personas) -> None:
    county = personas.county
    divisions = {COUNTY: NAME} | county.townships | county.villages
    await driver.post(
        personas.clerk,
        "/village/api/divisions",
        [{"division": code, "name": name} for code, name in divisions.items()],
    )
    await driver.post(
        personas.clerk,
        "/village/api/groups",
        [
            {"village": village, "group": group, "leader": name, "phone": phone}
            for (village, group), (name, phone) in county.leaders.items()
        ],
    )


async def _units(driver: Driver, personas: Personas) -> None:
    county = personas.county
    await driver.post(
        personas.clerk,
        "/unit/api/units",
        [{"unit": code, "name": name} for code, name in county.units.items()],
    )
    await driver.post(
        personas.clerk,
        "/unit/api/helpers",
        [
            {"helper": code, "unit": unit, "name": name, "phone": phone}
            for code, (unit, name, phone) in county.helpers.items()
        ],
    )


async def _supervision(driver: Driver, personas: Personas) -> None:
    """Teams, and who is responsible for a place."""
    county = personas.county
    await driver.post(
        personas.clerk,
        "/county/api/teams",
        [
            {"code": code, "name": name, "leader": leader, "townships": list(places)}
            for code, (name, leader, places) in county.teams.items()
        ],
    )
    await driver.post(
        personas.clerk,
        "/county/api/responsibles",
        [
            {"level": "", "place": place, "post": post, "name": name}
            for place, (post, name) in county.heads.items()
        ],
    )


async def register(driver: Driver, personas: Personas) -> None:
    """Households with their members, who helps whom, and the ledger that reproduces R-01 to
    R-03.
    """
    households = personas.county.households
    for some in _batches(households):
        await driver.post(personas.clerk, "/village/api/households", list(map(_registered, some)))
    await driver.settle()
    await driver.post(
        personas.clerk,
        "/unit/api/assignments",
        [{"number": number, "helper": helper} for number, helper in personas.county.assignments],
    )
    ledger = [one for one in households if one.stratum not in (Stratum.ORDINARY, Stratum.EX_POOR)]
    for some in _batches(ledger):
        await driver.post(
            personas.clerk, "/county/api/monitored-households", list(map(_monitored, some))
        )
    await driver.settle()


def _batches(households: Sequence[Household]) -> Iterator[Sequence[Household]]:
    for start in range(0, len(households), BATCH):
        yield households[start : start + BATCH]


def _registered(one: Household) -> dict[str, object]:
    return {
        "number": one.number,
        "village": one.village,
        "group": one.group,
        "stratum": one.stratum.value,
        "members": [member.model_dump() for member in one.members],
    }


def _monitored(one: Household) -> dict[str, object]:
    return {
        "number": one.number,
        "village": one.village,
        "head_name": one.head.name,
        "id_number": one.head.id_number,
        "category": one.stratum.value,
        "persons": len(one.members),
        "cause": one.cause,
        "identified_on": one.identified_on.isoformat() if one.identified_on else None,
        "eliminated_on": one.eliminated_on.isoformat() if one.eliminated_on else None,
    }
