"""What lies there before the first day: organisation, register, the ledger of monitored households,
August's reports.
"""

from backstop.demo.cast import Cast
from backstop.demo.county import COUNTY, NAME
from backstop.demo.stage import Stage
from schemas.codes import Stratum

BATCH = 500


async def organisation(stage: Stage, cast: Cast) -> None:
    """Divisions, groups, units, helpers, teams, responsible persons, departments."""
    county, clerk = cast.county, cast.clerk
    divisions = {COUNTY: NAME} | county.townships | county.villages
    await stage.post(
        clerk,
        "/village/api/divisions",
        [{"division": code, "name": name} for code, name in divisions.items()],
    )
    await stage.post(
        clerk,
        "/village/api/groups",
        [
            {"village": village, "group": group, "leader": name, "phone": phone}
            for (village, group), (name, phone) in county.leaders.items()
        ],
    )
    await stage.post(
        clerk,
        "/unit/api/units",
        [{"unit": code, "name": name} for code, name in county.units.items()],
    )
    await stage.post(
        clerk,
        "/unit/api/helpers",
        [
            {"helper": code, "unit": unit, "name": name, "phone": phone}
            for code, (unit, name, phone) in county.helpers.items()
        ],
    )
    await stage.post(
        clerk,
        "/dispatch/api/departments",
        {
            "departments": [
                {"code": code, "name": name} for code, name in county.departments.items()
            ]
        },
    )
    await stage.settle()
    await stage.post(
        clerk,
        "/county/api/teams",
        [
            {"code": code, "name": name, "leader": leader, "townships": list(places)}
            for code, (name, leader, places) in county.teams.items()
        ],
    )
    await stage.post(
        clerk,
        "/county/api/responsibles",
        [
            {"level": "", "place": place, "post": post, "name": name}
            for place, (post, name) in county.heads.items()
        ],
    )


async def register(stage: Stage, cast: Cast) -> None:
    """Households with their members, who helps whom, and the ledger that reproduces R-01 to
    R-03.
    """
    households = cast.county.households
    for start in range(0, len(households), BATCH):
        await stage.post(
            cast.clerk,
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
    await stage.settle()
    await stage.post(
        cast.clerk,
        "/unit/api/assignments",
        [{"number": number, "helper": helper} for number, helper in cast.county.assignments],
    )
    monitored = [
        one for one in households if one.stratum not in (Stratum.ORDINARY, Stratum.EX_POOR)
    ]
    for start in range(0, len(monitored), BATCH):
        await stage.post(
            cast.clerk,
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
    await stage.settle()
