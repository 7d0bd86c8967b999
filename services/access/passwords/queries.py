"""Passwords by name, and where an attempt comes from."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, select

from services.access.passwords.models import Mistakes, Password
from services.access.passwords.rules import opens_at
from services.access.sessions.queries import has_been_here


def plain(login: str) -> str:
    return "".join(login.split()).lower()


def of_login(session: Session, login: str) -> Password | None:
    return session.exec(select(Password).where(Password.login == plain(login))).first()


def of_account(session: Session, account: str) -> Password | None:
    return session.get(Password, account)


def key_of(session: Session, login: str, address: str, mark: str) -> str:
    """Whose mistakes an attempt counts to: this name's from this address; from a browser in which he
    has been signed in before (`mark`), that browser's alone. So whoever else mistypes his name, in
    the same office too, makes him wait nowhere.
    """
    known = of_login(session, login)
    place = mark if known and has_been_here(session, known.account, mark) else address
    return sha256(f"{plain(login)}\n{place}".encode()).hexdigest()


def key_of_own(account: str) -> str:
    """Who is signed in and types his present password: whoever sits at his open browser guesses too."""
    return sha256(f"own\n{account}".encode()).hexdigest()


def key_of_codes(account: str) -> str:
    """Whose wrong one-time codes an attempt counts to: only who knows the password comes so far."""
    return sha256(f"codes\n{account}".encode()).hexdigest()


def waits_until(session: Session, key: str, now: datetime) -> datetime:
    """When the next attempt is taken; a moment that has passed: now."""
    row = session.get(Mistakes, key)
    return opens_at(row.count, row.last_at) if row else now
