"""Departments, and the keys of their own systems."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import instant, items
from kit.database.encryption import EncryptedBytes, encrypted
from services.dispatch.service import Table


class Department(Table, table=True):
    code: str = Field(primary_key=True)
    name: str
    aliases: list[str] = items()
    active: bool = True
    head: str = ""  # answers first (N-18)
    officer: str = ""  # answers directly
    phone: str | None = encrypted(default=None)  # the officer's


class DepartmentKey(Table, table=True):
    """A way in for a department's own system; a department without one uses the portal only.

    Its messages are sealed with the key in force. While a rotation is open there is a second one,
    handed out and not in force yet.
    """

    __tablename__ = "department_key"
    __table_args__ = (UniqueConstraint("department", "in_force"),)
    kid: str = Field(primary_key=True)
    department: str
    key: bytes = Field(sa_type=EncryptedBytes)  # 32 raw bytes
    user: str  # the principal at Kafka that came with it
    since: datetime = instant()  # when it was handed out
    in_force: bool = True
