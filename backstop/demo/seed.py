"""What lies there before the first day: organisation, register, the ledger of monitored households,
August's reports.
"""

from collections.abc import Iterator, Sequence

from backstop.demo.county import COUNTY, NAME, Household
from backstop.demo.driver import Driver
from backstop.demo.personas import Personas
from schemas.codes import Stratum
from services.county.organisation.models import Responsibility

BATCH = 500


async def organisation(driver: Driver, personas: Personas) -> None:
    """Divisions, groups, units, helpers, teams, responsible persons, departments."""
    await _places(driver, personas)
    await _units(driver, personas)
    county = personas.county
    departments = [
        {
            "code": code,
            "name": name,
            "head": county.heads[code][1],
            "officer": county.officers[code][0],
            "phone": county.officers[code][1],
        }
        for code, name in county.departments.items()
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
            {
                "code": code,
                "name": name,
                "leader": leader,
                "members": county.team_members[code],
                "townships": list(places),
            }
            for code, (name, leader, places) in county.teams.items()
        ],
    )
    await driver.post(
        personas.clerk,
        "/county/api/responsibles",
        [
            {"place": place, "post": post, "name": name, "duty": duty}
            for place, post, name, duty in [
                *((place, *head, Responsibility.FIRST) for place, head in county.heads.items()),
                *county.others,
            ]
        ],
    )


async def register(driver: Driver, personas: Personas) -> None:
    """Households with their members, who helps whom, and the ledger that reproduces R-01 to
    R-03.
    """
    households = personas.county.households
    for batch in _batches(households):
        await driver.post(personas.clerk, "/village/api/households", list(map(_registered, batch)))
    await driver.settle()
    await driver.post(
        personas.clerk,
        "/unit/api/assignments",
        [{"number": number, "helper": helper} for number, helper in personas.county.assignments],
    )
    ledger = [
        household
        for household in households
        if household.stratum not in (Stratum.ORDINARY, Stratum.EX_POOR)
    ]
    for batch in _batches(ledger):
        await driver.post(
            personas.clerk, "/county/api/monitored-households", list(map(_monitored, batch))
        )
    await driver.settle()


def _batches(households: Sequence[Household]) -> Iterator[Sequence[Household]]:
    for start in range(0, len(households), BATCH):
        yield households[start : start + BATCH]


def _registered(household: Household) -> dict[str, object]:
    return {
        "number": household.number,
        "village": household.village,
        "group": household.group,
        "stratum": household.stratum.value,
        "members": [member.model_dump() for member in household.members],
    }


def _monitored(household: Household) -> dict[str, object]:
    return {
        "number": household.number,
        "village": household.village,
        "head_name": household.head.name,
        "id_number": household.head.id_number,
        "category": household.stratum.value,
        "persons": len(household.members),
        "cause": household.cause,
        "identified_on": household.identified_on.isoformat() if household.identified_on else None,
        "eliminated_on": household.eliminated_on.isoformat() if household.eliminated_on else None,
    }
