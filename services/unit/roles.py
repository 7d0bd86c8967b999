"""Who is who at this tier: the groups of roles that several features' policies name."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from kit.actor import Actor
from kit.directory import succession
from kit.policy import Relation, anywhere
from kit.policy.relations import session_of, stored
from rulebook.scopes import AT_WORK
from schemas.codes import DirectoryKind, Role

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
OFFICE = (Role.COUNTY_CLERK,)
NAMES_UNITS = (*OFFICE, Role.ADMINISTRATOR)  # his accounts act there
UNIT = (Role.UNIT_CLERK, Role.UNIT_HEAD)
PLACES = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
EVERYBODY = AT_WORK

nothing = ~anywhere  # the page stands, and is empty


def left_by(column: str) -> Relation:
    """The unit in `column` has ended and joined none: what it left is the county's (F-15)."""

    def holds(actor: Actor, row: Any) -> bool:
        session = session_of(row)
        left = succession.answers_for(session, actor, DirectoryKind.UNIT) if session else ()
        return stored(row, column) in left

    def where(actor: Actor, model: Any) -> ColumnElement[bool]:
        places = succession.answered(actor).subquery()
        units = select(places.c.code).where(places.c.kind == DirectoryKind.UNIT)
        return col(getattr(model, column)).in_(units)

    return Relation(holds, where, "已撤并、没有接续单位的单位的")
