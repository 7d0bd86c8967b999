"""Whose households of the register somebody reads (D8). Of verified cases everybody sees those that
the cases' own table shows him; of the register brought along, a division what lies in it.
"""

from kit.policy import Action, Policy, allow, anywhere, within
from schemas.codes import Role

cases_alone = ~anywhere
see = (
    allow(Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR, to=anywhere),
    allow(Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, to=within("village")),
    allow(Role.HELPER, Role.UNIT_CLERK, Role.UNIT_HEAD, Role.SUPERVISOR, to=cases_alone),
)

policy = Policy(
    ledger=Action("查看监测台账", *see),
    enter_monitored_households=Action(
        "录入监测台账", allow(Role.ADMINISTRATOR, Role.COUNTY_CLERK, to=anywhere)
    ),
)
