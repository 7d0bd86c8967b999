"""Notices, the households on them as they hang, and what was objected."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, serial, texts
from kit.database.encryption import encrypted, encrypted_items
from kit.ids import new_id
from schemas.codes import NoticeRound, ObjectionChannel
from services.casework.service import Table


class Notice(Table, table=True):
    """One sheet as it hangs. `village` None: the township's round. Its days are those of the packs of
    its households, the longest of them; `columns` is what those packs let stand on it.
    """

    __tablename__ = "notice"
    id: str = Field(primary_key=True, default_factory=new_id)
    round: NoticeRound = coded(NoticeRound)
    village: str | None = Field(default=None, index=True)
    township: str = Field(index=True)
    posted_on: date
    place: str
    posted_by: str = encrypted()
    seen_by: str = encrypted(default="")
    first: date
    last: date
    closes_from: date
    words: str  # 5天
    columns: list[str] = texts()
    replaces: str | None = Field(default=None, foreign_key="notice.id")
    taken_down_on: date | None = None
    taken_down_by: str | None = None
    taken_down_reason: str | None = encrypted(default=None)
    closed_on: date | None = None
    closed_by: str | None = None
    entered_on: date
    entered_by: str
    entered_account: str
    origin: str | None = None
    version: int = 0

    @property
    def page(self) -> str:
        """The paper that the files' history leads to."""
        return f"/casework/notices/{self.id}"

    @property
    def hangs(self) -> bool:
        return self.closed_on is None and self.taken_down_on is None


class NoticedHousehold(Table, table=True):
    """One line of the sheet, as it was hung up: its cells under the notice's columns."""

    __tablename__ = "noticed_household"
    id: int | None = serial()
    notice: str = Field(foreign_key="notice.id", index=True)
    file: str = Field(foreign_key="identification.id", index=True)
    cells: list[str] = encrypted_items()


class Objection(Table, table=True):
    """What somebody says against a household of the notice, or (no `file`) that another one ought to
    stand on it. Words and name go no lower than the township.
    """

    __tablename__ = "objection"
    id: str = Field(primary_key=True, default_factory=new_id)
    notice: str = Field(foreign_key="notice.id", index=True)
    file: str | None = Field(default=None, foreign_key="identification.id", index=True)
    village: str | None = Field(default=None, index=True)
    township: str = Field(index=True)
    channel: ObjectionChannel = coded(ObjectionChannel)
    received_on: date
    due: date | None = None
    text: str = encrypted()
    name: str | None = encrypted(default=None)
    phone: str | None = encrypted(default=None)
    entered_on: date
    entered_by: str
    entered_account: str
    answered_on: date | None = Field(default=None, index=True)
    upheld: bool | None = None
    answer: str | None = encrypted(default=None)
    answered_by: str | None = None
    answered_account: str | None = None
    origin: str | None = None
    version: int = 0

    @property
    def anonymous(self) -> bool:
        return self.name is None
