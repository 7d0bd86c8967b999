"""Units, helpers, and which helper has a household."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, select

from kit import directory
from kit.actor import SYSTEM, Actor
from kit.database.rows import existing
from schemas.codes import DirectoryKind
from services.unit.organisation.models import Assignment, Helper, Unit
from services.unit.organisation.policy import policy


def units(session: Session, actor: Actor = SYSTEM) -> list[Unit]:
    """Those that the actor may see."""
    seen = policy.visible(actor, "organisation", Unit)
    return list(session.exec(select(Unit).where(seen).order_by(Unit.code)))


def unit(session: Session, code: str) -> Unit:
    """`NotFound` when there is none."""
    return existing(session, Unit, code, f"没有代码为“{code}”的帮扶单位，请核对单位代码。")


def find_unit(session: Session, code: str) -> Unit | None:
    return session.get(Unit, code)


def unit_named_in(session: Session, texts: Iterable[str]) -> Unit | None:
    """The unit whose name stands in the first text that has one; of several the longest name."""
    for units in (directory.named_in(session, DirectoryKind.UNIT, text) for text in texts):
        if units:
            return find_unit(session, units[0].code)
    return None


def helper(session: Session, code: str) -> Helper:
    return existing(session, Helper, code, f"没有编号为“{code}”的帮扶责任人，请核对编号。")


def find_helper(session: Session, code: str) -> Helper | None:
    return session.get(Helper, code)


def helpers_of(session: Session, unit: str) -> list[Helper]:
    return list(session.exec(select(Helper).where(Helper.unit == unit).order_by(Helper.code)))


def helper_named(session: Session, unit: str, written: str) -> Helper | str:
    """The unit's helper with this name or code, or the reason why it is not clear who is meant."""
    helpers = helpers_of(session, unit)
    matching = [helper for helper in helpers if written in (helper.name, helper.code)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        return f"本单位有{len(matching)}位“{written}”，请改填帮扶责任人编号"
    return f"“{written}”不是本单位的帮扶责任人，请核对姓名" if written else "没有填写帮扶责任人"


def households_of_helpers(session: Session) -> dict[str, int]:
    """Helper → how many households he helps."""
    query = select(Assignment.helper, func.count()).group_by(Assignment.helper)
    return dict(session.exec(query).all())


def assignment_of(session: Session, household: str) -> Assignment | None:
    return session.exec(select(Assignment).where(Assignment.household == household)).first()
