"""A browser is sent to the provider and comes back once; a person is bound to what it calls him."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import BaseModel
from sqlalchemy import text
from sqlmodel import Session, select

from kit import audit
from kit.clock import local_date
from kit.errors import Refused
from kit.seal import seal, unseal
from services.access.accounts import queries as accounts
from services.access.front import queries as front
from services.access.identity_provider.models import Asking, Identity
from services.access.oidc import Asked
from services.access.sessions import commands as sessions
from services.access.sessions.queries import hashed
from services.access.sessions.rules import Kind

WITHIN = timedelta(minutes=10)
FORGET = text("DELETE FROM asking WHERE asked_at < :before")
AGAIN = "登录等得太久，或者已经用过。请重新登录。"
UNKNOWN = "统一身份认证的这个账号还没有和本系统的账号绑定。请先用登录卡进入一次再绑定。"


class Kept(BaseModel):
    nonce: str
    verifier: str


def begin(session: Session, *, back: str, binds: str | None, now: datetime) -> Asked:
    asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
    kept = Kept(nonce=asked.nonce, verifier=asked.verifier)
    session.execute(FORGET, {"before": now - WITHIN})
    session.add(
        Asking(
            state_hash=hashed(asked.state),
            sealed=seal(session, kept),
            back=back,
            binds=binds,
            asked_at=now,
        )
    )
    return asked


def take(session: Session, state: str, cookie: str, now: datetime) -> tuple[Asked, Asking]:
    """What this very browser was sent away with; it is used up. `Refused` for any other's."""
    query = select(Asking).where(Asking.state_hash == hashed(state)).with_for_update()
    row = (
        session.exec(query).first()
        if secrets.compare_digest(state.encode(), cookie.encode())
        else None
    )
    if row is None or now - row.asked_at > WITHIN:
        raise Refused(AGAIN)
    kept = unseal(session, row.sealed, Kept)
    session.delete(row)
    return Asked(state, kept.nonce, kept.verifier), row


def enter(
    session: Session, issuer: str, name: str, asking: Asking, *, device: str | None, now: datetime
) -> tuple[str, str]:
    """(secret of the new session, "") or ("", why not); both stand in the audit."""
    hash = sha256(f"{issuer}\n{name}".encode()).hexdigest()
    known = session.get(Identity, hash)
    if asking.binds:
        if known and known.account != asking.binds:
            return _refused(session, known.account, "统一身份认证的这个账号已经绑定别人。", now)
        known = session.merge(Identity(hash=hash, account=asking.binds, bound_at=now))
        actor = front.first_person(session, asking.binds, now)
        audit.note(session, now, "bind_identity", actor, f"account:{asking.binds}")
    if known is None:
        audit.note(session, now, "sign_in", kind=audit.Kind.REFUSED)
        return "", UNKNOWN
    if not accounts.posts_on(session, known.account, local_date(now)):
        why = "这个账号现在没有可用的岗位，请找上一级核对。"
        return _refused(session, known.account, why, now)
    secret = sessions.open_session(session, known.account, None, Kind.PROVIDER, now, device=device)
    audit.note(session, now, "sign_in", front.first_person(session, known.account, now))
    return secret, ""


def _refused(session: Session, account: str, why: str, now: datetime) -> tuple[str, str]:
    actor = front.first_person(session, account, now)
    audit.note(session, now, "sign_in", actor, kind=audit.Kind.REFUSED)
    return "", why
