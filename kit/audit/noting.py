"""A row of the audit for whoever is not signed in yet: sign-in has no actor before it succeeded."""

from datetime import datetime

from sqlmodel import Session

from kit.actor import Actor
from kit.audit.entry import Entry, Kind
from kit.ids import new_id
from schemas.codes import Role

STRANGER = Actor("stranger", "", Role.SYSTEM, "")  # an account that is not known


def note(
    session: Session,
    at: datetime,
    deed: str,
    actor: Actor = STRANGER,
    *objects: str,
    refused: bool = False,
) -> None:
    """What somebody did, or was refused, at a door without a policy; in the caller's transaction,
    so that whoever is refused has one of its own. Never what he typed.
    """
    entry = Entry(actor, deed, new_id(), reading=False, objects=dict.fromkeys(objects))
    entry.kind = Kind.REFUSED if refused else Kind.ACT
    entry.write(session, at)
