"""Signing keys are told once, and again when what is said of one changes."""

from collections.abc import Iterable

from sqlmodel import Session

from kit.messaging.outbox import emit
from schemas.access import SigningKeyPublished
from services.access.keys.models import SigningKey


def publish(session: Session, keys: Iterable[SigningKeyPublished]) -> None:
    """Tell of keys (`Signer.published()`) that are new, or whose end is known now. One that is no
    longer among them had its end told before.
    """
    for key in keys:
        row = SigningKey(
            key=key.key, x=key.x, valid_from=key.valid_from, valid_until=key.valid_until
        )
        known = session.get(SigningKey, key.key)
        if known is None or known.valid_until != row.valid_until:
            session.merge(row)
            emit(session, key)
