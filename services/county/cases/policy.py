"""Who sees a case and which of its words, and who says to which case a finding belongs."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, select
from sqlmodel import col

from kit.actor import Actor
from kit.policy import (
    Action,
    Policy,
    Relation,
    allow,
    alone,
    anywhere,
    at,
    having,
    is_his,
    through,
    within,
)
from schemas.codes import Role, Tier
from services.county.cases.models import Case, Source
from services.county.cases.views import CaseBrief, NeedBrief, SourceBrief, SourceWords, VisitBrief
from services.county.register.models import Assignment, Household

OFFICE = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
VILLAGE = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY)
TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
UNIT = (Role.UNIT_CLERK, Role.UNIT_HEAD)
NOT_YOURS = "这条风险线索不在您的查看范围内。"


def assigned(column: str) -> Relation:
    """The helper looks after the case's household, or one of the unit does."""

    def clause(actor: Actor, case: Any) -> ColumnElement[bool]:
        place = is_his(getattr(Assignment, column), actor)
        return select(Assignment).where(col(Assignment.household) == case.household, place).exists()

    return through(clause, "本{place}结对户的")


def _lives_there(actor: Actor, case: Any) -> ColumnElement[bool]:
    """Where the case's household is registered now: it may have come with a merged village (F-15)."""
    there = within("village").where(actor, Household)
    return select(Household).where(col(Household.id) == case.household, there).exists()


def _own(tier: Tier) -> Relation:
    """The reporter's own source: units and teams are coded apart, so one code may be both."""
    return having(tier=tier) & at("reporter")


def _reported(actor: Actor, case: Any) -> ColumnElement[bool]:
    """The team found something of it."""
    own = _own(Tier.COUNTY).where(actor, Source)
    return select(Source).where(col(Source.case) == case.id, own).exists()


def _seen(fields: type[CaseBrief] = CaseBrief) -> tuple[Any, ...]:
    brief = fields.model_fields
    return (
        allow(*OFFICE, to=anywhere),
        allow(Role.LEADING_GROUP, to=anywhere, fields=brief),
        allow(
            *VILLAGE, to=at("village") | through(_lives_there, "农户现在登记在本{place}范围内的")
        ),
        allow(
            *TOWNSHIP, to=at("township") | through(_lives_there, "农户现在登记在本{place}范围内的")
        ),
        allow(Role.HELPER, to=assigned("helper"), fields=brief),
        allow(*UNIT, to=assigned("unit"), fields=brief),
        allow(Role.SUPERVISOR, to=through(_reported, "本{place}发现过的"), fields=brief),
    )


def _part(fields: type[BaseModel]) -> tuple[Any, ...]:
    """A visit or a need of a case: whole for those who deal with the household, brief for who only
    found or looks after it (G-05).
    """
    seen, brief = through(_of_seen_case, "能看到的风险线索的"), fields.model_fields
    return (
        allow(*OFFICE, to=anywhere),
        allow(*VILLAGE, *TOWNSHIP, to=seen),
        allow(Role.LEADING_GROUP, Role.HELPER, *UNIT, Role.SUPERVISOR, to=seen, fields=brief),
    )


def _of_seen_case(actor: Actor, source: Any) -> ColumnElement[bool]:
    visible = policy.visible(actor, "case", Case)
    return select(Case).where(col(Case.id) == source.case, visible).exists()


policy = Policy(
    cases=Action("查看风险线索", *_seen()),
    case=Action("查看风险线索", *_seen(), otherwise=NOT_YOURS),
    # Whose words stand in a case: the finder's own whole, others' by what one needs of them (G-05).
    case_source=Action(
        "查看来源",
        allow(*OFFICE, to=anywhere),
        allow(*VILLAGE, to=_own(Tier.VILLAGE)),
        allow(*UNIT, to=_own(Tier.UNIT)),
        allow(Role.SUPERVISOR, to=_own(Tier.COUNTY)),
        allow(
            *VILLAGE,
            *TOWNSHIP,
            to=through(_of_seen_case, "能看到的风险线索的"),
            fields=SourceWords.model_fields,
        ),
        allow(
            Role.LEADING_GROUP,
            Role.HELPER,
            *UNIT,
            Role.SUPERVISOR,
            to=through(_of_seen_case, "能看到的风险线索的"),
            fields=SourceBrief.model_fields,
        ),
    ),
    # Who verifies, and who reported it and calls the household; everybody else says what for.
    id_numbers=Action("查看身份证号码", allow(Role.COUNTY_CLERK, to=anywhere), sensitive=True),
    telephones=Action(
        "查看联系电话",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(*VILLAGE, to=_own(Tier.VILLAGE)),
        allow(*UNIT, to=_own(Tier.UNIT)),
        sensitive=True,
    ),
    # Of the sources that he reads with numbers at all.
    unmask_case=Action(
        "写明用途，查看完整的身份证号码和电话",
        allow(Role.COUNTY_LEADER, to=anywhere),
        allow(*VILLAGE, to=at("village")),
        allow(*UNIT, to=assigned("unit")),
        allow(Role.SUPERVISOR, to=through(_reported, "本{place}发现过的")),
        sensitive=True,
    ),
    case_visit=Action("查看入户核实", *_part(VisitBrief)),
    case_need=Action("查看需要解决的问题", *_part(NeedBrief)),
    struck_out=Action(
        "查看没有同意上报的发现",
        allow(*OFFICE, to=anywhere),
        allow(*VILLAGE, *TOWNSHIP, to=within("village")),
        allow(*UNIT, to=_own(Tier.UNIT)),
        allow(Role.SUPERVISOR, to=_own(Tier.COUNTY)),
    ),
    unmatched=Action("确认来源归属", allow(*OFFICE, to=anywhere)),
    # The order itself is dispatch's: whom its page knows.
    open_order=Action(
        "查看交办单", allow(*OFFICE, Role.LEADING_GROUP, *VILLAGE, *TOWNSHIP, to=anywhere)
    ),
    attach_source=Action(
        "确认来源归属",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=alone("whose household it is, no judgement of it; it is taken back in one tap"),
    ),
    detach_source=Action("撤回归并", allow(Role.COUNTY_CLERK, to=anywhere)),
)
