"""Search by name or number, within what the actor may see."""

from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from services.unit.directory.models import Household
from services.unit.directory.queries import matching, place_of, village_names
from services.unit.organisation.models import Assignment, Helper, Unit
from services.unit.organisation.policy import policy as organisation
from services.unit.visits.policy import policy as visits


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    href: str
    note: str = ""
    household: str | None = None
    number: str | None = None


def search(session: Session, actor: Actor, query: str) -> list[Hit]:
    """Households, then helpers with their units: all that the actor may see."""
    wanted = query.strip()
    if not wanted:
        return []
    return _households(session, actor, wanted) + _organisation(session, actor, wanted)


def _households(session: Session, actor: Actor, wanted: str) -> list[Hit]:
    query = (
        select(Household, Helper.name, Unit.name)
        .outerjoin(Assignment, col(Assignment.household) == col(Household.id))
        .outerjoin(Helper, col(Helper.code) == col(Assignment.helper))
        .outerjoin(Unit, col(Unit.code) == col(Helper.unit))
        .where(visits.visible(actor, "household", Household), matching(wanted))
        .order_by(Household.village, col(Household.group), col(Household.number))
    )
    found = session.exec(query).all()
    villages = village_names(session, [one for one, _, _ in found])
    return [
        Hit(
            "农户",
            one.head_name,
            f"/unit/households/{one.id}",
            f"{place_of(one, villages)} {_helped(unit, helper)}",
            one.id,
            one.number,
        )
        for one, helper, unit in found
    ]


def _helped(unit: str | None, helper: str | None) -> str:
    return f"{unit} {helper}" if helper else "没有结对"


def _organisation(session: Session, actor: Actor, wanted: str) -> list[Hit]:
    like = or_(
        col(Helper.name).contains(wanted, autoescape=True),
        Helper.code == wanted.upper(),
        col(Unit.name).contains(wanted, autoescape=True),
        Unit.code == wanted.upper(),
    )
    query = (
        select(Helper, Unit.name)
        .join(Unit, col(Unit.code) == col(Helper.unit))
        .where(like, organisation.visible(actor, "organisation", Unit))
    )
    return [
        Hit("帮扶责任人", one.name, f"/unit/units/{one.unit}?helper={one.code}", unit)
        for one, unit in session.exec(query.order_by(Helper.code))
    ]
