"""Passwords are set; an attempt is counted before it is known to be a mistake."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import text
from sqlmodel import Session, col, select

from kit.database.locks import hold
from kit.errors import Conflict, Refused
from services.access.accounts import queries as accounts
from services.access.passwords import queries, rules
from services.access.passwords.models import Mistakes, Password
from services.access.sessions import commands as sessions
from services.access.sessions.queries import open_of

HASHER = PasswordHasher()  # argon2id, RFC 9106's second recommended option
# Checked where nobody has this name: an answer takes as long.
DECOY = "$argon2id$v=19$m=65536,t=3,p=4$DKYcrEr5bjtc6HQ05LT82A$8Oeugus5/etDyZCnJegdTla2O+POfxaIYeb0tAYQGVU"
FORGET = text("DELETE FROM mistakes WHERE last_at < :before")


def made(password: str) -> str:
    """The hash of a password: 64 MB and some 50 ms, so nobody calls it in a transaction."""
    return HASHER.hash(password)


def fits(hash: str | None, password: str) -> bool:
    """Whether it is the password behind this hash; as slow for None."""
    try:
        return HASHER.verify(hash or DECOY, password) and hash is not None
    except (Argon2Error, InvalidHashError):
        return False


def check(session: Session, account: str, login: str, password: str) -> None:
    """`Refused` for a password or a name that he cannot take."""
    person = accounts.account(session, account)
    if reason := rules.why_weak(password, person.name, person.phone or "", queries.plain(login)):
        raise Refused(f"{reason}。请换一个。", field="password")
    query = select(Password).where(
        Password.login == queries.plain(login), col(Password.account) != account
    )
    if session.exec(query).first():
        raise Conflict("这个登录名已有人用，请换一个，例如在后面加上单位简称。", field="login")


def set_password(session: Session, account: str, login: str, hash: str, now: datetime) -> None:
    """`hash`: `made` outside the transaction, of a password that was checked."""
    session.merge(Password(account=account, login=queries.plain(login), hash=hash, set_at=now))
    session.flush()


def change_password(
    session: Session, account: str, login: str, hash: str, now: datetime, *, here: str
) -> None:
    """His present password was right: whoever else knew it is out, wherever he is signed in; only
    the session `here` goes on.
    """
    succeed(session, queries.key_of_own(account))
    set_password(session, account, login, hash, now)
    others = [row for row in open_of(session, account, now) if row.id != here]
    sessions.end(session, others, by=account, now=now)


def begin(session: Session, key: str, now: datetime) -> float:
    """Count an attempt; seconds that it has to wait, 0: it may be tried. Of many at once each
    finds those before it, so none is tried for nothing.
    """
    hold(session, f"access.mistakes {key}")
    session.execute(FORGET, {"before": now - rules.FORGOTTEN})
    row = session.get(Mistakes, key, populate_existing=True)
    if row and (left := (rules.opens_at(row.count, row.last_at) - now).total_seconds()) > 0:
        return left
    session.merge(Mistakes(key=key, count=(row.count if row else 0) + 1, last_at=now))
    return 0


def succeed(session: Session, key: str) -> None:
    """It was no mistake after all."""
    if row := session.get(Mistakes, key):
        session.delete(row)
