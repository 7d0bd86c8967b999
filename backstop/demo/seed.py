"""What lies there before the first day: organisation, register, the ledger of monitored households,
August's reports.
"""

from backstop.demo.county import COUNTY, NAME
from backstop.demo.driver import Driver
from backstop.demo.personas import Personas
from schemas.codes import Stratum

BATCH = 500


async def organisation(driver: Driver, personas: Personas) -> None:
    """Divisions, groups, units, helpers, teams, responsible persons, departments."""
    county, clerk = personas.county, personas.clerk
    divisions = {COUNTY: NAME} | county.townships | county.villages
    await driver.post(
        clerk,
        "/village/api/divisions",
        [{"division": code, "name": name} for code, name in divisions.items()],
    )
    await driver.post(
        clerk,
        "/village/api/groups",
        [
            {"village": village, "group": group, "leader": name, "phone": phone}
            for (village, group), (name, phone) in county.leaders.items()
        ],
    )
    await driver.post(
        clerk,
        "/unit/api/units",
        [{"unit": code, "name": name} for code, name in county.units.items()],
    )
    await driver.post(
        clerk,
        "/unit/api/helpers",
        [
            {"helper": code, "unit": unit, "name": name, "phone": phone}
            for code, (unit, name, phone) in county.helpers.items()
        ],
    )
    await driver.post(
        clerk,
        "/dispatch/api/departments",
        {
            "departments": [
                {"code": code, "name": name} for code, name in county.departments.items()
            ]
        },
    )
    await driver.settle()
    await driver.post(
        clerk,
        "/county/api/teams",
        [
            {"code": code, "name": name, "leader": leader, "townships": list(places)}
            for code, (name, leader, places) in county.teams.items()
        ],
    )
    await driver.post(
        clerk,
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
    for start in range(0, len(households), BATCH):
        await driver.post(
            personas.clerk,
            "/village/api/households",
            [
                {
                    "number": one.number,
                    "village": one.village,
                    "group": one.group,
                    "stratum": one.stratum.value,
                    "members": [member.model_dump() for member in one.members],
                }
                for one in households[start : start + BATCH]
            ],
        )
    await driver.settle()
    await driver.post(
        personas.clerk,
        "/unit/api/assignments",
        [{"number": number, "helper": helper} for number, helper in personas.county.assignments],
    )
    monitored = [
        one for one in households if one.stratum not in (Stratum.ORDINARY, Stratum.EX_POOR)
    ]
    for start in range(0, len(monitored), BATCH):
        await driver.post(
            personas.clerk,
            "/county/api/monitored-households",
            [
                {
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
                for one in monitored[start : start + BATCH]
            ],
        )
    await driver.settle()
