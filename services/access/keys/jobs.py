"""At every start the public keys are told, as far as they are not yet."""

from sqlmodel import Session

from kit.clock import Clock
from services.access.keys import commands


def prepare(session: Session, clock: Clock) -> None:
    """The composition root hands access, and nobody else, what signs."""
    if signer := session.info.get("signer"):
        commands.publish(session, signer.published())
