"""Signing keys are told once, and again when one is no longer used."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from kit.messaging.outbox import emit
from schemas.access import SigningKeyPublished
from services.access.keys.models import SigningKey

OUTLIVES = timedelta(
    hours=1
)  # the last token that it signed, with the half hour that access may be away


def publish(session: Session, keys: Mapping[str, str], now: datetime) -> None:
    """`keys`: kid → `x` of all that sign, or signed a moment ago. One that is not there any more is
    valid for an hour still.
    """
    known = {row.key: row for row in session.exec(select(SigningKey))}
    for key, x in keys.items():
        if key not in known:
            _tell(session, SigningKey(key=key, x=x, valid_from=now))
    for key, row in known.items():
        if key not in keys and row.valid_until is None:
            row.valid_until = now + OUTLIVES
            _tell(session, row)


def revoke(session: Session, key: str, now: datetime) -> None:
    """What it signed is refused at once: somebody else may have it."""
    row = session.exec(select(SigningKey).where(col(SigningKey.key) == key)).one()
    row.valid_until = now
    _tell(session, row)


def _tell(session: Session, row: SigningKey) -> None:
    session.add(row)
    emit(
        session,
        SigningKeyPublished(
            key=row.key, x=row.x, valid_from=row.valid_from, valid_until=row.valid_until
        ),
    )
