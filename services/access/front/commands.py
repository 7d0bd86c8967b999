"""An attempt to sign in, from its first look to a session."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from kit import audit
from kit.clock import local_date
from services.access.accounts import queries as accounts
from services.access.front import queries
from services.access.one_time_codes import commands as codes
from services.access.one_time_codes import queries as code_queries
from services.access.passwords import commands as passwords
from services.access.passwords import queries as password_queries
from services.access.passwords import rules
from services.access.sessions import commands as sessions
from services.access.sessions.rules import Kind

WRONG = "登录名、密码或动态码不对。"
ASK = "忘了密码、换了手机，请上一级重新发一张登录卡。"


@dataclass(frozen=True)
class Attempt:
    """One attempt that may be tried: whose mistakes it counts to, and the hash that it has to fit."""

    key: str
    account: str | None
    hash: str | None


def begin_sign_in(
    session: Session, login: str, *, address: str, mark: str, now: datetime
) -> Attempt | str:
    """The attempt, or the sentence why it has to wait; then it is audited."""
    key = password_queries.key_of(session, login, address, mark)
    known = password_queries.of_login(session, login)
    if left := passwords.begin(session, key, now):
        _note(session, known.account if known else None, now)
        return rules.too_often(left) + ASK
    return Attempt(key, known.account, known.hash) if known else Attempt(key, None, None)


def finish_sign_in(
    session: Session, attempt: Attempt, *, fits: bool, code: str, device: str | None, now: datetime
) -> tuple[str, str]:
    """(secret of the new session, "") or ("", why not). Committed either way: a refusal too is in
    the audit, and was counted.
    """
    account = attempt.account
    if account is None or not fits:
        return _refused(session, account, WRONG + ASK, now)
    on = local_date(now)
    if not accounts.posts_on(session, account, on):
        return _refused(session, account, "这个账号现在没有可用的岗位，请找上一级核对。", now)
    if code_queries.confirmed(session, account):
        if not code:
            return _refused(session, account, "请填写验证器上的6位动态码。", now)
        # By person as well: whoever knows the password may come from many addresses.
        if left := passwords.begin(session, tries := password_queries.key_of_codes(account), now):
            return _refused(session, account, rules.too_often(left) + ASK, now)
        if not codes.check(session, account, code, now):
            return _refused(session, account, WRONG + ASK, now)
        passwords.succeed(session, tries)
    elif code_queries.are_needed(session, account, on):
        return _refused(session, account, "这个岗位要用动态码登录，还没有开通。" + ASK, now)
    passwords.succeed(session, attempt.key)
    secret = sessions.open_session(session, account, None, Kind.OFFICE, now, device=device)
    audit.note(session, now, "sign_in", queries.first_person(session, account, now))
    return secret, ""


def _refused(session: Session, account: str | None, why: str, now: datetime) -> tuple[str, str]:
    _note(session, account, now)
    return "", why


def _note(session: Session, account: str | None, now: datetime) -> None:
    actor = queries.first_person(session, account, now) if account else audit.STRANGER
    audit.note(session, now, "sign_in", actor, kind=audit.Kind.REFUSED)
