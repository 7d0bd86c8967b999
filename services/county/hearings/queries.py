"""Missed-discovery candidates, for those concerned and for the office."""

from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import Forbidden, NotFound
from schemas.codes import Role
from services.county.cases.rules import COUNTY_ROLES
from services.county.directory.queries import name_of
from services.county.missed_discoveries.models import Candidate, CandidateState
from services.county.register.models import Household

STATEMENTS = {
    "group_nil": "小组零报告",
    "village_nil": "村零报告",
    "village_list": "村上报名单没有这户",
    "visit": "走访未发现风险",
}
STATES = {
    "open": "听取说明中",
    "heard": "已说明,待认定",
    "silent": "逾期未说明,待认定",
    "confirmed": "认定未发现",
    "dismissed": "已排除",
    "withdrawn": "情况变化,已撤销",
}
FINDERS = {"VISIT": "帮扶责任人走访", "UNIT": "帮扶单位", "COUNTY": "县级督导", "VILLAGE": "村级"}


def candidates(
    session: Session, actor: Actor, *, month: str | None = None, state: str | None = None
) -> list[Candidate]:
    """The village or unit concerned sees its own, the county all; withdrawn ones only when asked
    for.
    """
    wanted = select(Candidate)
    if actor.role in (Role.VILLAGE_CLERK, Role.UNIT_CLERK, Role.UNIT_HEAD):
        wanted = wanted.where(Candidate.accused == actor.place)
    elif actor.role not in COUNTY_ROLES:
        return []
    if month:
        wanted = wanted.where(Candidate.month == month)
    wanted = wanted.where(
        Candidate.state == state if state else Candidate.state != CandidateState.WITHDRAWN.value
    )
    return list(
        session.exec(
            wanted.order_by(col(Candidate.hearing_due), col(Candidate.village), col(Candidate.id))
        )
    )


def candidate(session: Session, actor: Actor, candidate_id: str) -> Candidate:
    found = session.get(Candidate, candidate_id)
    if found is None:
        raise NotFound("没有这条线索。")
    if actor.role not in COUNTY_ROLES and actor.place != found.accused:
        raise Forbidden("这条线索不在您的查看范围内。")
    return found


def shown(session: Session, found: Candidate) -> dict[str, Any]:
    """With the names that people read."""
    household = session.get(Household, found.household)
    return found.model_dump(mode="json") | {
        "tier": found.accused_tier,
        "head_name": household.head_name if household else "",
        "village_name": name_of(session, found.village),
        "accused_name": name_of(session, found.accused),
        "finder_name": name_of(session, found.finder),
    }
