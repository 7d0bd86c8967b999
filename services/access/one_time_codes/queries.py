"""Who has one-time codes, and who needs them."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from schemas.codes import Role
from services.access.accounts import queries as accounts
from services.access.one_time_codes.models import OneTimeCodes
from services.access.one_time_codes.rules import needs_codes
from services.access.roles import SIGNING


def confirmed(session: Session, account: str) -> OneTimeCodes | None:
    row = session.get(OneTimeCodes, account)
    return row if row and row.confirmed_at else None


def are_needed(session: Session, account: str, on: date) -> bool:
    """Whoever signs, or sees the whole county; a county's settings may name others (`code_roles`)."""
    roles = {post.role for post in accounts.posts_on(session, account, on)}
    return needs_codes(roles, _needing(session))


def are_missing(session: Session, account: str, role: Role) -> bool:
    """Whether this post of his needs codes, and he has none: a signature is nobody's then."""
    return needs_codes({role}, _needing(session)) and confirmed(session, account) is None


def needs(session: Session, role: Role) -> bool:
    return needs_codes({role}, _needing(session))


def _needing(session: Session) -> Collection[Role]:
    needing: Collection[Role] = session.info.get("code_roles", SIGNING)
    return needing
