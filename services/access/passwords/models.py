"""Passwords as argon2id hashes, and mistakes by whom and from where."""

from datetime import datetime

from sqlmodel import Field

from kit.database.columns import instant
from services.access.service import Table


class Password(Table, table=True):
    """`login`: what he types as his name, in lower case; two people have different ones."""

    __tablename__ = "password"
    account: str = Field(primary_key=True, foreign_key="account.code")
    login: str = Field(unique=True)
    hash: str
    set_at: datetime = instant()


class Mistakes(Table, table=True):
    """In a row, of one name from one place: nobody elsewhere waits for them. `key` is a hash."""

    __tablename__ = "mistakes"
    key: str = Field(primary_key=True)
    count: int
    last_at: datetime = instant()
