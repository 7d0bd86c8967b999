"""Copies of the others' master data; the hot ones as sets."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from kit.seal import id_hash, unseal
from kit.upsert import upsert
from schemas.dispatch import DepartmentNamed
from schemas.unit import HelperNamed, HouseholdAssigned, UnitNamed
from schemas.values import HouseholdWords, Name
from schemas.village import DivisionNamed, GroupNamed, HouseholdRegistered
from services.county.commands import candidates
from services.county.commands.matching import rejoin
from services.county.commands.organisation import resolve_place
from services.county.models import Assignment, Department, Division, Group, Helper, Household, Unit


def name_division(session: Session, event: DivisionNamed) -> None:
    session.merge(
        Division(code=event.division, level=event.level.value, name=event.name, parent=event.parent)
    )
    session.flush()
    resolve_place(session, event.name, event.division)


def name_group(session: Session, event: GroupNamed) -> None:
    leader = unseal(session, event.sealed, Name)
    session.merge(
        Group(village=event.village, group_no=event.group, leader=leader.name, phone=leader.phone)
    )


def name_unit(session: Session, event: UnitNamed) -> None:
    session.merge(Unit(code=event.unit, name=event.name))
    session.flush()
    resolve_place(session, event.name, event.unit)


def name_helper(session: Session, event: HelperNamed) -> None:
    who = unseal(session, event.sealed, Name)
    session.merge(Helper(code=event.helper, unit=event.unit, name=who.name, phone=who.phone))


def name_department(session: Session, event: DepartmentNamed) -> None:
    session.merge(Department(code=event.department, name=event.name))


def assign_households(session: Session, events: Sequence[HouseholdAssigned]) -> None:
    rows = {
        event.household: event.model_dump(include={"household", "helper", "unit"})
        for event in events
    }
    upsert(session, Assignment, list(rows.values()), "household")


def register_households(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    """A county's register comes at once; findings that waited for one of these households find
    their case.
    """
    rows = {event.household: _household(session, event) for event in events}
    upsert(session, Household, list(rows.values()), "id")
    session.expire_all()
    rejoin(session, list(rows), [hash_ for row in rows.values() for hash_ in row["hashes"]])
    candidates.weigh_moved(session, list(rows))


def _household(session: Session, event: HouseholdRegistered) -> dict[str, Any]:
    words = unseal(session, event.sealed, HouseholdWords)
    own = [id_hash(session, member.id_number) for member in words.members if member.id_number]
    hashes = dict.fromkeys(
        [*([event.id_hash] if event.id_hash else []), *event.member_hashes, *own]
    )
    return {
        "id": event.household,
        "village": event.village,
        "group_no": event.group,
        "stratum": event.stratum.value,
        "size": event.size,
        "on_register": event.on_register,
        "id_hash": event.id_hash,
        "hashes": list(hashes),
        "number": words.number,
        "head_name": words.head_name,
        "id_number": words.id_number,
        "phone": words.phone,
        "members": [member.model_dump(exclude_none=True) for member in words.members],
    }
