"""What happens when a clock of an order rings."""

from sqlmodel import Session

from kit.deadlines import Due
from services.dispatch.orders import commands
from services.dispatch.orders.deadlines import ORDER_CLOCK


@ORDER_CLOCK.fires
def clock_rang(session: Session, due: Due) -> None:
    commands.ring_clock(session, due)
