"""Who sees a finding and its application form, completes it, strikes it out. Village and township
read what was signed in their place (B-38), nothing earlier.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from kit.actor import Actor
from kit.policy import Action, Policy, allow, anywhere, at, having, through, within
from schemas.codes import Role
from services.unit.directory.models import Household
from services.unit.findings.rules import FindingState
from services.unit.roles import COUNTY, EVERYBODY, PLACES, UNIT, nothing


def _of_place(actor: Actor, finding: Any) -> ColumnElement[bool]:
    inside = select(Household.id).where(within("village").where(actor, Household))
    return col(finding.household).in_(inside)


SEEN = (
    allow(*COUNTY, to=anywhere),
    allow(*UNIT, to=at("unit")),
    allow(Role.HELPER, to=at("helper")),
    allow(*PLACES, to=having(state=FindingState.SIGNED) & through(_of_place)),
)
SEE = Action("查看风险情况", *SEEN, otherwise="这条风险情况不在您的查看范围内。", sensitive=True)

policy = Policy(
    findings=SEE,
    finding=SEE,
    application_form=SEE,
    application_file=SEE,
    notices=Action("查看已报县的农户", *SEEN, allow(*EVERYBODY, to=nothing)),
    complete_finding=Action(
        "补充风险情况",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("unit")),
        allow(Role.HELPER, to=at("helper")),
        otherwise="这条情况不是您或本单位报的，请由本人或其单位经办人补充。",
    ),
    strike_out_finding=Action("划除风险情况", allow(Role.UNIT_HEAD, to=at("unit"))),
)
