"""The dated changes of a household, newest first."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from kit.seal import id_hash
from services.village.changes.models import HouseholdChange
from services.village.register.models import Household


def changes(session: Session, household: str) -> Sequence[HouseholdChange]:
    statement = select(HouseholdChange).where(HouseholdChange.household == household)
    newest = col(HouseholdChange.on).desc(), col(HouseholdChange.id).desc()
    return session.exec(statement.order_by(*newest)).all()


def key(session: Session, member: Mapping[str, Any]) -> str:
    """Who is meant in a form, without a number in it."""
    number = member.get("id_number")
    return id_hash(session, number)[:32] if number else member["name"]


def may_leave(session: Session, household: Household) -> dict[str, str]:
    """Key → name of all but the head, who leaves when another one heads it."""
    return {key(session, one): one["name"] for one in household.members[1:]}
