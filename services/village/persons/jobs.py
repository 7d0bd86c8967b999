"""What happens at a start."""

from sqlmodel import Session

from kit.clock import Clock
from services.village.persons import commands


def prepare(session: Session, clock: Clock) -> None:
    """See that those who were in the register before this table are in it."""
    commands.enter_those_before(session)
