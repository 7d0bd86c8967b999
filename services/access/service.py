"""What the access service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.service import own_registry

NAME = "access"
TITLE = "账号"
FEATURES = (
    "directory",
    "accounts",
    "sessions",
    "keys",
    "cards",
    "passwords",
    "one_time_codes",
    "front",
)


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]
