"""Who sees a household, and who may note a visit to it.

Somebody's households are those that an assignment gives him, now or in the frozen list of a month:
what he claims himself (a visit, a call in vain) opens nothing (G-04).
"""

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select
from sqlmodel import and_, col, or_, select

from kit.actor import Actor
from kit.policy import Action, Policy, allow, anywhere, at, is_his, through, within
from schemas.codes import Role
from services.unit.directory.queries import present
from services.unit.months.models import Required
from services.unit.organisation.models import Assignment, Helper
from services.unit.roles import COUNTY, PLACES, UNIT


def _assigned(now: ColumnElement[bool], frozen: Select) -> CompoundSelect:
    """The households of the assignments that hold now, or once stood in a month's list; of void ones
    their successors too.
    """
    known = col(Assignment.household).is_not(None)
    his = or_(now, col(Assignment.id).in_(frozen))
    entries = select(Assignment.household).where(known, his)
    return entries.union_all(select(present(Assignment.household)).where(known, his))


def _of_helper(actor: Actor, household: Any) -> ColumnElement[bool]:
    now = col(Assignment.helper) == actor.place
    frozen = select(Required.assignment).where(Required.helper == actor.place)
    return _is_one_of(household, _assigned(now, frozen))


def _of_unit(actor: Actor, household: Any) -> ColumnElement[bool]:
    helpers = select(Helper.code).where(is_his(Helper.unit, actor))
    frozen = select(Required.assignment).where(is_his(Required.unit, actor))
    return _is_one_of(household, _assigned(col(Assignment.helper).in_(helpers), frozen))


def _is_one_of(household: Any, assigned: CompoundSelect) -> ColumnElement[bool]:
    """One of these, or a void entry that was merged into one; false, never NULL: it is negated too."""
    is_void = col(household.merged_into).is_not(None)
    heir = col(household.merged_into).in_(assigned)
    return or_(col(household.id).in_(assigned), and_(is_void, heir))


helped_by_himself, helped_by_his_unit = (
    through(_of_helper, "结对或本月名单里由本{place}帮扶的"),
    through(_of_unit, "结对或本月名单里由本{place}帮扶的"),
)

RECORD = Action(  # of a helper: whose visit it was
    "登记走访",
    allow(Role.COUNTY_CLERK, to=anywhere),
    allow(Role.UNIT_CLERK, to=at("unit")),
    allow(Role.HELPER, to=at("code")),
    otherwise="只能登记您本人的走访，或者由单位经办人登记本单位帮扶责任人的走访。",
)
policy = Policy(
    household=Action(
        "查看农户",
        allow(*COUNTY, to=anywhere),
        allow(*PLACES, to=within("village")),
        allow(*UNIT, to=helped_by_his_unit),
        allow(Role.HELPER, to=helped_by_himself),
        otherwise="这户不在您的查看范围内。",
        sensitive=True,
    ),
    # Who calls the household; everybody else says what for.
    telephone=Action(
        "查看联系电话",
        allow(*UNIT, to=helped_by_his_unit),
        allow(Role.HELPER, to=helped_by_himself),
        allow(Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY, to=within("village")),
        sensitive=True,
    ),
    unmask_household=Action(
        "写明用途，查看完整的电话",
        allow(*COUNTY, to=anywhere),
        allow(*PLACES, to=within("village")),
        sensitive=True,
    ),
    record_visits=RECORD,
    record_visit=RECORD,
    visit_household=Action(
        "登记这户的走访",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.UNIT_CLERK, to=helped_by_his_unit),
        allow(Role.HELPER, to=helped_by_himself),
        otherwise="这户不是您（或本单位）的结对户，不能登记走访；请县级办理。",
        sensitive=True,
    ),
    contacts=Action(  # of the question: whose contacts are asked for
        "查看结对户联系情况",
        allow(*COUNTY, to=anywhere),
        allow(*UNIT, to=at("unit")),
        allow(Role.HELPER, to=at("helper")),
        otherwise="只能查看本单位（或本人）的结对户；请写明单位代码。",
        sensitive=True,
    ),
    take_visits=Action(
        "报送走访汇总表",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("code")),
    ),
)
