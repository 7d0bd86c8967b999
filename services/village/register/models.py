"""Places, and the household register. Divisions have twelve digits, groups two."""

from datetime import date
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from kit.database.columns import coded, hashed
from kit.database.encryption import EncryptedJson, encrypted, encrypted_items
from kit.ids import new_id
from schemas.codes import Level, Stratum
from services.village.register.rules import TaskState
from services.village.service import Table


class Division(Table, table=True):
    code: str = Field(primary_key=True)
    level: Level = coded(Level)
    name: str
    parent: str | None = Field(default=None, index=True)


class VillageGroup(Table, table=True):
    """A villagers' group and its leader, who answers for it first (N-02)."""

    __tablename__ = "village_group"
    village: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    leader: str
    phone: str | None = encrypted(default=None)

    @property
    def place(self) -> str:
        return f"{self.village}/{self.code}"


class Household(Table, table=True):
    """An entry of the register. `on_register` False: named by a report, to be checked
    (不在册,待核对). One ID number heads one household (G-09); `duplicate_of`: somebody's second
    entry from before that held, until it is mended; `merged_on`: its number is void since.
    """

    __table_args__ = (
        Index(
            "uq_household_head",
            "id_hash",
            unique=True,
            postgresql_where=text("duplicate_of IS NULL"),
        ),
    )
    id: str = Field(primary_key=True, default_factory=new_id)
    number: str | None = Field(default=None, unique=True)  # 户编号 of the national system
    village: str = Field(index=True)
    group: str | None = None
    stratum: Stratum = coded(Stratum)
    size: int
    head_name: str = Field(index=True)
    id_number: str | None = encrypted(default=None)
    id_hash: str | None = hashed(default=None, index=True)
    phone: str | None = encrypted(default=None)
    on_register: bool = True
    members: list[dict[str, Any]] = encrypted_items()  # schemas.values.Member, the head first
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)  # forms.Facts
    duplicate_of: str | None = None
    merged_on: date | None = None
    merged_by: str | None = None
    merged_reason: str | None = encrypted(default=None)


class RegisterTask(Table, table=True):
    """Somebody has to find out who a household outside the register is."""

    __tablename__ = "register_task"
    id: str = Field(primary_key=True, default_factory=new_id)
    household: str = Field(index=True)
    village: str = Field(index=True)
    state: TaskState = coded(TaskState, default=TaskState.OPEN)
    opened_on: date
    resolved_on: date | None = None
    outcome: str | None = encrypted(default=None)
    by: str | None = None
