"""Whose households of the register somebody reads (D8). Of verified cases everybody sees those that
the cases' own table shows him; of the register brought along, a division the households that live in it
now, also after a merge (F-15).
"""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from kit.actor import Actor
from kit.policy import Action, Policy, allow, anywhere, through, within
from schemas.codes import Role
from services.county.register.models import Household

cases_alone = ~anywhere


def _lives_there(actor: Actor, row: Any) -> ColumnElement[bool]:
    """As the villages' register says; of a household that it does not know, where it was entered."""
    known = select(Household).where(col(Household.id) == row.household)
    there = within("village").where(actor, Household)
    return known.where(there).exists() | (~known.exists() & within("village").where(actor, row))


DIVISION = (
    *(Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY),
    *(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD),
)
see = (
    allow(Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.LEADING_GROUP, to=anywhere),
    allow(*DIVISION, to=through(_lives_there, "农户现在登记在本{place}范围内的")),
    allow(Role.HELPER, Role.UNIT_CLERK, Role.UNIT_HEAD, Role.SUPERVISOR, to=cases_alone),
)

policy = Policy(
    ledger=Action("查看监测台账", *see),
    enter_monitored_households=Action("录入监测台账", allow(Role.COUNTY_CLERK, to=anywhere)),
)
