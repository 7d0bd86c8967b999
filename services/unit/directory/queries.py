"""What can be asked. Nothing here changes or locks anything."""

from sqlmodel import Session, col, or_, select

from kit.errors import NotFound
from services.unit.directory.models import Division, Household


def household(session: Session, id: str) -> Household:
    found = session.get(Household, id)
    if found is None:
        raise NotFound("没有找到这户;登记信息可能还没有传到,请稍后再试。")
    return found


def household_numbered(session: Session, number: str) -> Household | None:
    """By the national system's 户编号."""
    return session.exec(select(Household).where(Household.number == number)).first()


def household_by_hash(session: Session, id_hash: str) -> Household | None:
    return session.exec(select(Household).where(Household.id_hash == id_hash)).first()


def households_like(session: Session, name: str, village: str | None) -> list[Household]:
    """Households whose head has this name, in this village where it is known."""
    query = select(Household).where(Household.head_name == name)
    if village:
        query = query.where(Household.village == village)
    return list(session.exec(query.order_by(Household.id)))


def village_named(session: Session, name: str) -> str | None:
    """The code of the one village with this name; None when there is none, or several."""
    query = select(Division.code).where(Division.name == name, Division.level == "VILLAGE")
    found = list(session.exec(query))
    return found[0] if len(found) == 1 else None


def division_name(session: Session, code: str) -> str:
    """The name, or the code while nobody has told the name."""
    found = session.get(Division, code)
    return found.name if found else code


def place_name(session: Session, household: Household) -> str:
    """Village and group, as 石桥村01组."""
    return division_name(session, household.village) + (
        f"{household.group}组" if household.group else ""
    )


def matching(query: str):
    """The condition on a household that a person's search means: part of the head's name, or a
    whole number.
    """
    return or_(
        col(Household.head_name).contains(query, autoescape=True),
        Household.number == query.upper(),
        Household.id_number == query.upper(),
    )
