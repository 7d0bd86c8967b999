"""Search by name or number, within what the actor may see."""

from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from kit.database.searching import has, name_has
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
    term = query.strip()
    if not term:
        return []
    return _households(session, actor, term) + _organisation(session, actor, term)


def _households(session: Session, actor: Actor, term: str) -> list[Hit]:
    query = (
        select(Household, Helper.name, Unit.name)
        .outerjoin(Assignment, col(Assignment.household) == col(Household.id))
        .outerjoin(Helper, col(Helper.code) == col(Assignment.helper))
        .outerjoin(Unit, col(Unit.code) == col(Helper.unit))
        .where(visits.visible(actor, "household", Household), matching(session, term))
        .order_by(Household.village, col(Household.group), col(Household.number))
    )
    rows = session.exec(query).all()
    villages = village_names(session, [household for household, _, _ in rows])
    return [
        Hit(
            "农户",
            household.head_name,
            f"/unit/households/{household.id}",
            f"{place_of(household, villages)} {'已并户' if household.merged_into else _helped(unit, helper)}",
            household.id,
            household.number,
        )
        for household, helper, unit in rows
    ]


def _helped(unit: str | None, helper: str | None) -> str:
    return f"{unit} {helper}" if helper else "没有结对"


def _organisation(session: Session, actor: Actor, term: str) -> list[Hit]:
    like = or_(
        name_has(col(Helper.name), term),
        Helper.code == term.upper(),
        has(col(Unit.name), term),
        Unit.code == term.upper(),
    )
    query = (
        select(Helper, Unit.name)
        .join(Unit, col(Unit.code) == col(Helper.unit))
        .where(like, organisation.visible(actor, "organisation", Unit))
    )
    return [
        Hit("帮扶责任人", helper.name, f"/unit/units/{helper.unit}?helper={helper.code}", unit)
        for helper, unit in session.exec(query.order_by(Helper.code))
    ]
