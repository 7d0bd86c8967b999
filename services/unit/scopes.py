"""Who may see what: a helper own households, a unit its own, village and township what lies below,
the county all.
"""

from sqlalchemy import ColumnElement, false, true
from sqlmodel import Session, col, select

from kit.actor import Actor
from schemas.codes import Role
from services.unit.directory.models import Household
from services.unit.findings.models import UnitFinding
from services.unit.organisation.models import Assignment, Helper
from services.unit.visits.models import Visit

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR, Role.SYSTEM)
UNIT = (Role.UNIT_CLERK, Role.UNIT_HEAD)
BELOW = {Role.VILLAGE_CLERK: 12, Role.TOWNSHIP_CLERK: 9, Role.TOWNSHIP_HEAD: 9}


def unit_of(session: Session, actor: Actor) -> str | None:
    """The one unit an actor belongs to, if any."""
    if actor.role in UNIT:
        return actor.place
    if actor.role is Role.HELPER:
        helper = session.get(Helper, actor.place)
        return helper.unit if helper else None
    return None


def may_see_unit(session: Session, actor: Actor, unit: str) -> bool:
    """Whether the actor may see a unit's work as a whole."""
    return actor.role in COUNTY or (actor.role in UNIT and actor.place == unit)


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Household` that an actor's row scope is."""
    if actor.role in COUNTY:
        return true()
    if actor.role in BELOW:
        return col(Household.village).startswith(actor.place[: BELOW[actor.role]])
    helped = select(Assignment.household).where(col(Assignment.household).is_not(None))
    visited = select(Visit.household)
    if actor.role is Role.HELPER:
        return col(Household.id).in_(helped.where(Assignment.helper == actor.place)) | col(
            Household.id
        ).in_(visited.where(Visit.helper == actor.place))
    if actor.role in UNIT:
        own = select(Helper.code).where(Helper.unit == actor.place)
        return col(Household.id).in_(helped.where(col(Assignment.helper).in_(own))) | col(
            Household.id
        ).in_(visited.where(Visit.unit == actor.place))
    return false()


def finding_scope(actor: Actor) -> ColumnElement[bool]:
    """The condition on `UnitFinding`: village and township read what was signed (B-38), nothing
    earlier.
    """
    if actor.role in COUNTY:
        return true()
    if actor.role is Role.HELPER:
        return col(UnitFinding.helper) == actor.place
    if actor.role in UNIT:
        return col(UnitFinding.unit) == actor.place
    if actor.role in BELOW:
        below = select(Household.id).where(
            col(Household.village).startswith(actor.place[: BELOW[actor.role]])
        )
        return (col(UnitFinding.state) == "signed") & col(UnitFinding.household).in_(below)
    return false()


def may_see_household(session: Session, actor: Actor, household: str) -> bool:
    return (
        session.exec(select(Household.id).where(Household.id == household, scope_of(actor))).first()
        is not None
    )
