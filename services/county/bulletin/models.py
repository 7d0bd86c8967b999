"""The monthly bulletin (J-03, D13): frozen figures, names one by one, errata."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kit.database.columns import coded, instant, modelled
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Coded
from services.county.figures import Figures
from services.county.service import Table


class NameKind(Coded):
    """Who may be proposed: a reporter of any kind, or a department; in the order of the list."""

    GROUP = "GROUP", "村民小组"
    VILLAGE = "VILLAGE", "村"
    TOWNSHIP = "TOWNSHIP", "乡镇"
    UNIT = "UNIT", "帮扶单位"
    TEAM = "TEAM", "督导组"
    OFFICE = "OFFICE", "牵头部门"
    DEPARTMENT = "DEPARTMENT", "行业部门"


class NamedFor(Coded):
    """What somebody is proposed for."""

    LATE = "late", "迟报"
    MISSING = "missing", "未报"
    OVERDUE = "overdue", "逾期"


class BulletinState(Coded):
    DRAFTED = "drafted", "送审稿"
    ISSUED = "issued", "已印发"


class NameState(Coded):
    """Nobody is named without a person's word for it."""

    OPEN = "open", "待审定"
    APPROVED = "approved", "同意点名"
    EXCUSED = "excused", "说明成立，不点名"
    DROPPED = "dropped", "不点名"


class Bulletin(Table, table=True):
    """One month's bulletin. `figures` are frozen at `cut_off`; `snapshot` is the issued text that
    `sha256` is of.
    """

    __tablename__ = "bulletin"
    month: str = Field(primary_key=True)  # YYYY-MM
    version: int = 1
    state: BulletinState = coded(BulletinState, default=BulletinState.DRAFTED)
    cut_off: datetime = instant()
    drafted_on: date
    drafted_account: str | None = None
    reply_due: date  # explanations until the end of this day
    pack: str
    figures: Figures = modelled(Figures)
    demands: str = ""
    demands_account: str | None = None  # whoever changed them last
    issued_on: date | None = None
    issued_by: str | None = None
    entered_on: date | None = None  # 补录
    snapshot: str | None = None
    sha256: str | None = None


class BulletinName(Table, table=True):
    """A reporter or department that the draft proposes to name.

    `facts`: what it is named for, each with `text`, `due`, `on` and `origin` (the event behind it);
    `responsible`: both levels (N-02, N-18), each with `level`, `place`, `post`, `name`.
    """

    __tablename__ = "bulletin_name"
    __table_args__ = (UniqueConstraint("month", "kind", "code", name="uq_bulletin_name_once"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    month: str = Field(foreign_key="bulletin.month", index=True)
    kind: NameKind = coded(NameKind)
    code: str
    parent: str | None = None
    label: str
    timeliness: NamedFor = coded(NamedFor)
    facts: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    responsible: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    explanation: str | None = encrypted(default=None)
    explained_on: date | None = None
    explained_by: str | None = None
    explained_account: str | None = None
    on_behalf: str | None = None
    state: NameState = coded(NameState, default=NameState.OPEN)
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str | None = encrypted(default=None)


class Erratum(Table, table=True):
    """A correction of an issued bulletin; `sha256` is of its own text behind the hash before it."""

    __tablename__ = "erratum"
    month: str = Field(primary_key=True, foreign_key="bulletin.month")
    number: int = Field(primary_key=True)
    text: str
    on: date
    by: str
    sha256: str
