"""A household's file, what happened to it, the leads behind it, and what the county verified."""

from datetime import date
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from kit.database.columns import coded, hashed, serial, several
from kit.database.encryption import EncryptedJson, encrypted
from kit.ids import new_id
from schemas.codes import LeadChannel, RiskCause
from services.casework.identification.rules import FileAction, FileState
from services.casework.service import Table

OPEN = text("ended_on IS NULL")


class Series(Table, table=True):
    """The last number given in a month."""

    __tablename__ = "file_series"
    month: str = Field(primary_key=True)
    last: int


class Identification(Table, table=True):
    """One household's way from its lead to the decision. `household` None: it is in no register yet,
    and `head_name`, `id_number` say who it is. `pack`: of the day of the lead, until the household
    visit pins that day's.
    """

    __tablename__ = "identification"
    # One open file a household: two that open one at the same time cannot both succeed.
    __table_args__ = (
        Index("uq_identification_open", "household", unique=True, postgresql_where=OPEN),
        Index("uq_identification_open_hash", "id_hash", unique=True, postgresql_where=OPEN),
        Index("ix_identification_village_state", "village", "state"),
    )
    id: str = Field(primary_key=True, default_factory=new_id)
    number: str = Field(unique=True)
    household: str | None = Field(default=None, index=True)
    id_hash: str | None = hashed(default=None, index=True)  # of who is in no register
    head_name: str = Field(default="", index=True)
    id_number: str | None = encrypted(default=None)
    village: str = Field(index=True)
    township: str = Field(index=True)
    channel: LeadChannel = coded(LeadChannel)
    case: str | None = Field(default=None, index=True)  # of the network
    found_on: date  # when it first came to light
    lead_at: date  # what the limit of the first step runs from; of the whole as the pack says
    opened_on: date
    opened_account: str
    pack: str
    pinned_on: date | None = None  # the household visit
    urgent: bool = False
    green_on: date | None = None  # when its green channel was agreed (I-20)

    state: FileState = coded(FileState, index=True)
    verify_due: date | None = None
    assess_due: date | None = None
    revisit_due: date | None = None
    post_due: date | None = None
    notice_due: date | None = None
    post_township_due: date | None = None
    notice_township_due: date | None = None
    review_due: date | None = None
    decide_due: date | None = None
    announce_due: date | None = None
    total_due: date | None = None
    backfill_due: date | None = None  # of the green channel, instead of the total
    stage_since: date  # when it came into its state
    ended_on: date | None = Field(default=None, index=True)
    reason: str | None = encrypted(default=None)  # why it ended without being admitted
    origin: str | None = None
    version: int = 0


class FileEntry(Table, table=True):
    """A file's history; only appended. `paper`: the page of what was filled in, signed or printed."""

    __tablename__ = "file_entry"
    __table_args__ = (Index("ix_file_entry_file", "file", "id"),)
    id: int | None = serial()
    file: str = Field(foreign_key="identification.id")
    on: date
    action: FileAction = coded(FileAction, sa_column_kwargs={"name": "deed"})
    from_state: FileState | None = coded(FileState, default=None)
    to_state: FileState = coded(FileState)
    actor: str  # as a page prints it
    account: str
    text: str = encrypted(default="")
    paper: str | None = None
    late: bool = False
    origin: str | None = None

    @property
    def moves(self) -> bool:
        """Whether the file came into another state by it."""
        return self.from_state is not None and self.from_state is not self.to_state


class Lead(Table, table=True):
    """How somebody came to say that this household may have to be monitored; the first of them
    opened the file.
    """

    __tablename__ = "lead"
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    channel: LeadChannel = coded(LeadChannel)
    on: date  # when it was received
    case: str | None = Field(default=None, unique=True)
    words: str = encrypted(default="")  # what was said, and who sent it
    entered_on: date
    entered_by: str
    entered_account: str
    origin: str | None = None


class NetworkCase(Table, table=True):
    """A case that the county verified, as it tells. `earlier`: before this service began; then a
    person decides whether a file is opened, and `decided_on` says that he has.
    """

    __tablename__ = "network_case"
    case: str = Field(primary_key=True)
    number: str
    household: str = Field(index=True)
    village: str = Field(index=True)
    opened_on: date | None = None
    verified_on: date | None = None
    causes: list[RiskCause] = several(RiskCause)
    urgent: bool = False
    visit: dict[str, Any] | None = Field(default=None, sa_type=EncryptedJson)  # VisitWords
    earlier: bool = False
    file: str | None = Field(default=None, foreign_key="identification.id")
    decided_on: date | None = None
    decided_by: str | None = None
    decided_account: str | None = None
    reason: str | None = encrypted(default=None)
