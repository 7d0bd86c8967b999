"""Sessions by their secret, by person."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from kit.database.rows import existing
from services.access.sessions.models import SignedIn
from services.access.sessions.rules import is_over


def hashed(secret: str) -> str:
    """How a secret stands in the database; it has 192 random bits, so nobody guesses it back."""
    return sha256(secret.encode()).hexdigest()


def by_secret(session: Session, secret: str) -> SignedIn | None:
    """Also one that is over or was ended: whose browser it once was."""
    return session.exec(select(SignedIn).where(SignedIn.secret_hash == hashed(secret))).first()


def has_been_here(session: Session, account: str, mark: str) -> bool:
    """Whether somebody has been signed in, however that ended, in the browser with this mark."""
    query = select(SignedIn.id).where(
        SignedIn.account == account, SignedIn.mark_hash == hashed(mark)
    )
    return bool(mark) and session.exec(query).first() is not None


def living(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """The session with this secret, if it is neither ended nor over."""
    row = by_secret(session, secret) if secret else None
    return row if row and is_living(row, now) else None


def is_living(row: SignedIn, now: datetime) -> bool:
    return row.ended_at is None and not is_over(row.kind, row.opened_at, row.used_at, now)


def signed_in(session: Session, id: str) -> SignedIn:
    return existing(session, SignedIn, id, "没有这个登录，可能已经退出。")


def open_of(session: Session, account: str, now: datetime) -> Sequence[SignedIn]:
    """Where somebody is signed in now, latest use first."""
    query = select(SignedIn).where(SignedIn.account == account, col(SignedIn.ended_at).is_(None))
    rows = session.exec(query.order_by(col(SignedIn.used_at).desc(), col(SignedIn.id)))
    return [row for row in rows if is_living(row, now)]
