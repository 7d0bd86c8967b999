"""Households that moved away and are not taken over yet, and what was recorded."""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.errors import NotFound, Refused
from schemas.monitored import Standing
from services.casework.decreases.models import Decreased
from services.casework.decreases.policy import policy
from services.casework.households.models import Household
from services.casework.households.queries import NOT_VOID
from services.casework.monitored.models import Monitored


def taken(session: Session, actor: Actor, id: str) -> Monitored:
    """The register's row, locked, of whoever may record its decrease."""
    row = session.get(Monitored, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("监测对象名册里没有这一户，请核对。")
    policy.require(actor, "record_decrease", row)
    return row


def of(session: Session, id: str) -> Sequence[Decreased]:
    """What was recorded of the register's row, in its order."""
    rows = select(Decreased).where(Decreased.monitored == id)
    return session.exec(rows.order_by(col(Decreased.entered_on), Decreased.id)).all()


def leaving(actor: Actor) -> SelectOfScalar[Monitored]:
    """Moved away, and still ours until the other county takes over."""
    seen = policy.visible(actor, "leaving", Monitored)
    away = col(Monitored.left_on).is_not(None), Monitored.standing != Standing.LAPSED
    return select(Monitored).where(seen, *away)


def merged_into(session: Session, row: Monitored, number: str) -> str:
    """The household of this 户编号, which is another one."""
    found = session.exec(select(Household).where(Household.number == number, NOT_VOID)).all()
    if len(found) != 1 or found[0].id == row.household:
        raise Refused("农户名册里没有并入的这一户，请核对户编号。", field="into")
    return found[0].id
