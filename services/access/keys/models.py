"""Keys that were published. What signs is never here."""

from datetime import datetime

from sqlmodel import Field

from kit.database.columns import instant
from services.access.service import Table


class SigningKey(Table, table=True):
    """A public key (Ed25519, as a JWK's `x`)."""

    __tablename__ = "signing_key"
    key: str = Field(primary_key=True)
    x: str
    valid_from: datetime = instant()
    valid_until: datetime | None = instant(default=None)
