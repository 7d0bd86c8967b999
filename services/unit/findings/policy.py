"""Who sees a finding and its application form, completes, verifies, takes back or strikes it out. Village and township
read what was signed in their place (B-38), nothing earlier.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from kit.actor import Actor
from kit.policy import Action, Policy, allow, alone, anywhere, at, having, through, within
from schemas.codes import Role
from services.unit.directory.models import Household
from services.unit.directory.queries import present
from services.unit.findings.rules import FindingState
from services.unit.organisation.models import Assignment
from services.unit.roles import COUNTY, EVERYBODY, PLACES, UNIT, left_by, nothing


def _of_place(actor: Actor, finding: Any) -> ColumnElement[bool]:
    inside = select(Household.id).where(within("village").where(actor, Household))
    return col(finding.household).in_(inside)


def _of_present_helper(actor: Actor, finding: Any) -> ColumnElement[bool]:
    his = select(Assignment.household).where(Assignment.helper == actor.place)
    return or_(col(finding.household).in_(his), present(finding.household).in_(his))


his = at("helper") | through(
    _of_present_helper, "现由本{place}帮扶的户的"
)  # who found it, or helps the household now
SEEN = (
    allow(*COUNTY, to=anywhere),
    allow(*UNIT, to=at("unit")),
    allow(Role.HELPER, to=his),
    allow(
        *PLACES,
        to=having(state=FindingState.SIGNED) & through(_of_place, "农户登记在本{place}范围内的"),
    ),
)
WRITERS = (
    allow(Role.COUNTY_CLERK, to=anywhere),
    allow(Role.UNIT_CLERK, to=at("unit")),
    allow(Role.HELPER, to=his),
)
STRANGE = "这条情况不是您或本单位报的，请由本人或其单位经办人{}。"
SEE = Action("查看风险情况", *SEEN, otherwise="这条风险情况不在您的查看范围内。", sensitive=True)

policy = Policy(
    findings=SEE,
    finding=SEE,
    application_form=SEE,
    application_file=SEE,
    # Who fills the form in; who signs or reads it does not need them.
    form_numbers=Action("查看申报表上的身份证号码和电话", *WRITERS, sensitive=True),
    notices=Action("查看已报县的农户", *SEEN, allow(*EVERYBODY, to=nothing)),
    complete_finding=Action(
        "补充风险情况",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("unit")),
        allow(Role.HELPER, to=his),
        otherwise=STRANGE.format("补充"),
    ),
    verify_finding=Action(
        "登记调查核实",
        *WRITERS,
        otherwise=STRANGE.format("登记核实"),
        apart=alone("who looked into it stands in the list, which the head signs (N-11)"),
    ),
    withdraw_finding=Action("撤回风险情况", *WRITERS, otherwise=STRANGE.format("撤回")),
    strike_out_finding=Action(
        "划除风险情况",
        allow(Role.UNIT_HEAD, to=at("unit")),
        allow(Role.COUNTY_LEADER, to=left_by("unit")),
        apart=alone("with a reason, seen by finder and county (GT-26)"),
    ),
)
