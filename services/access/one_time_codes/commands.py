"""One-time codes are set up, checked, and replaced by recovery codes."""

import secrets
from base64 import b32encode
from datetime import datetime

import pyotp
from pydantic import BaseModel
from sqlmodel import Session

from kit.database.locks import hold
from kit.errors import Refused
from kit.seal import seal, unseal
from services.access.one_time_codes import queries, rules
from services.access.one_time_codes.models import OneTimeCodes
from services.access.sessions.queries import hashed

STEP = 30  # seconds
ISSUER = "守底"


class Shared(BaseModel):
    """What authenticator and access share."""

    secret: str


def begin(session: Session, account: str) -> str:
    """What the authenticator is to know; the same again until a code has fitted."""
    row = session.get(OneTimeCodes, account)
    if row and row.confirmed_at is None:
        return unseal(session, row.sealed, Shared).secret
    secret = pyotp.random_base32()
    session.merge(OneTimeCodes(account=account, sealed=seal(session, Shared(secret=secret))))
    session.flush()
    return secret


def address(secret: str, login: str) -> str:
    """otpauth://…, for a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def confirm(session: Session, account: str, code: str, now: datetime) -> list[str]:
    """The authenticator shows what we expect: from now on codes are asked for. Gives back recovery
    codes, which stand nowhere else.
    """
    row = session.get(OneTimeCodes, account)
    if row is None or not _fits(session, row, code, now):
        raise Refused(
            "动态码不对。请核对手机的时间是否自动校准，再填验证器上现在显示的6位数。", field="code"
        )
    fresh = [_recovery() for _ in range(rules.RECOVERY)]
    row.confirmed_at, row.recovery = now, [hashed(_bare(code)) for code in fresh]
    session.add(row)
    session.flush()
    return fresh


def check(session: Session, account: str, code: str, now: datetime) -> bool:
    """A code of the authenticator, each once, or a recovery code, each once."""
    hold(session, f"access.codes {account}")  # of two with the same code one is late
    row = queries.confirmed(session, account)
    if row is None:
        return False
    session.refresh(row)
    if _fits(session, row, code, now):
        return True
    used = hashed(_bare(code))
    if used not in row.recovery:
        return False
    row.recovery = [left for left in row.recovery if left != used]
    session.add(row)
    return True


def _fits(session: Session, row: OneTimeCodes, code: str, now: datetime) -> bool:
    """One step before and after for clocks that differ; no step twice."""
    totp, step = (
        pyotp.TOTP(unseal(session, row.sealed, Shared).secret),
        int(now.timestamp()) // STEP,
    )
    for at in (step - 1, step, step + 1):
        if at > row.last and secrets.compare_digest(totp.at(at * STEP), _digits(code)):
            row.last = at
            session.add(row)
            return True
    return False


def _recovery() -> str:
    """Sixteen characters in fours: 80 random bits."""
    text = b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _bare(code: str) -> str:
    return "".join(char for char in code.upper() if char.isalnum())


def _digits(code: str) -> str:
    return "".join(char for char in code if char.isascii() and char.isdigit())
