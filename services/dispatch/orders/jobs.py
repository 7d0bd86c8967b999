"""Doors for the clock: every running clock of an order has one deadline, about
`<order>/<clock>`.
"""

from sqlmodel import Session

from kit.clock import Clock
from kit.deadlines import Due, Jobs
from services.dispatch.orders import commands

jobs = Jobs()


@jobs.on("order clock")
def clock_rang(session: Session, due: Due) -> None:
    commands.ring_clock(session, due)


def prepare(session: Session, clock: Clock) -> None:
    """Nothing monthly here: an order sets its own deadlines."""
