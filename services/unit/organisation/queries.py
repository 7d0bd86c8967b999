"""Units, helpers, and which helper has a household."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from kit import directory
from kit.actor import SYSTEM, Actor
from kit.database.rows import existing
from kit.directory import Entry
from schemas.codes import DirectoryKind
from services.unit.directory.models import Household
from services.unit.organisation.models import Assignment, Helper, Unit
from services.unit.organisation.policy import policy

NAMED = 10  # in one note


def units(session: Session, actor: Actor = SYSTEM) -> list[Unit]:
    """Those that the actor may see."""
    seen = policy.visible(actor, "organisation", Unit)
    return list(session.exec(select(Unit).where(seen).order_by(Unit.code)))


def owned(session: Session, actor: Actor) -> Sequence[str]:
    """Codes of the units whose open things are the actor's: his own, and those that ended and came
    to him, without a successor to the county's office (F-15).
    """
    return directory.answers_for(session, actor, DirectoryKind.UNIT)


def inherited(session: Session, actor: Actor, unit: str) -> str:
    """What begins the title of a task of a unit that came to the actor's: 县林业局：; "" of his own."""
    if unit == actor.place:
        return ""
    return f"{directory.name(session, DirectoryKind.UNIT, unit)}："


def unit(session: Session, code: str) -> Unit:
    """`NotFound` when there is none."""
    return existing(session, Unit, code, f"没有代码为“{code}”的帮扶单位，请核对单位代码。")


def entries(session: Session) -> list[Entry]:
    """The directory's, those too that ended."""
    return directory.entries(session, DirectoryKind.UNIT, active=False)


def ended(session: Session) -> dict[str, str]:
    """Units that ended: code → a sentence that says so."""
    units = directory.ended(session, DirectoryKind.UNIT)
    heirs = [unit.successor or "" for unit in units]
    there = {unit.code: unit.name for unit in directory.entries(session, DirectoryKind.UNIT)}
    return {
        unit.code: f"{unit.name}已撤并（{there.get(heir, '县级牵头部门')}接续）"
        for unit, heir in zip(units, heirs, strict=True)
    }


def left_out(session: Session, units: Collection[str], helpers: Collection[str]) -> list[str]:
    """A complete list came and does not name who is known: asked about, never dropped in silence
    (F-15).
    """
    there = [unit for unit in entries(session) if unit.last_month is None]
    absent = [unit.name for unit in there if unit.code not in units]
    gone = select(Helper).where(col(Helper.unit).in_(units), col(Helper.left_on).is_(None))
    left = [helper.name for helper in session.exec(gone) if helper.code not in helpers]
    asked = {"已撤并的单位，请在“撤并”页登记，否则仍要报送": absent, "已调离的，请移交结对户": left}
    return [
        f"这份名册里没有{'、'.join(names[:NAMED])}{f'等{len(names)}个' if len(names) > NAMED else ''}：{ask}。"
        for ask, names in asked.items()
        if names
    ]


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


def takers(session: Session, actor: Actor) -> dict[str, str]:
    """Helper → what he is called: to whom the actor may give households of a unit that ended (F-15)."""
    query = (
        select(Helper.code, Helper.name, Unit.name)
        .join(Unit, col(Unit.code) == col(Helper.unit))
        .where(
            policy.visible(actor, "transfer_helper", Helper), col(Unit.code).not_in(ended(session))
        )
    )
    rows = session.exec(query.order_by(Helper.code))
    return {code: f"{name}（{unit}）" for code, name, unit in rows}


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
    query = select(Assignment.helper, func.count()).where(~helped_twice())
    query = query.group_by(Assignment.helper)
    return dict(session.exec(query).all())


def helped_twice() -> ColumnElement[bool]:
    """An assignment of a void entry whose successor has a helper of its own: nobody is asked for the
    household twice (F-04).
    """
    own, void = aliased(Assignment), aliased(Household)
    return (
        select(own.id)
        .join(void, col(void.merged_into) == own.household)
        .where(void.id == Assignment.household)
        .correlate(Assignment)
        .exists()
    )


def assignment_of(session: Session, household: str) -> Assignment | None:
    return session.exec(select(Assignment).where(Assignment.household == household)).first()
