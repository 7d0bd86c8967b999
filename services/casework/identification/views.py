"""What the doors of files answer."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import LeadChannel, RiskCause
from services.casework.identification.models import Identification, NetworkCase
from services.casework.identification.queries import Line
from services.casework.identification.rules import FileAction, FileState


class FileView(BaseModel, from_attributes=True):
    """A file without personal data; days are local days of Shanghai."""

    id: str
    number: str
    household: str | None
    village: str
    township: str
    channel: LeadChannel
    case: str | None
    found_on: date
    lead_at: date
    opened_on: date
    pack: str
    pinned_on: date | None
    urgent: bool
    green_on: date | None
    state: FileState
    stage_since: date
    verify_due: date | None
    assess_due: date | None
    revisit_due: date | None
    post_due: date | None
    notice_due: date | None
    post_township_due: date | None
    notice_township_due: date | None
    review_due: date | None
    decide_due: date | None
    announce_due: date | None
    total_due: date | None
    backfill_due: date | None
    ended_on: date | None
    version: int


class EntryView(BaseModel, from_attributes=True):
    on: date
    action: FileAction
    from_state: FileState | None
    to_state: FileState
    actor: str
    text: str
    paper: str | None
    late: bool


class LeadView(BaseModel, from_attributes=True):
    channel: LeadChannel
    on: date
    case: str | None
    words: str
    entered_on: date
    entered_by: str


class WholeFile(FileView):
    """With whom it is about, who owes what, its leads and its history."""

    head_name: str
    owner: str
    what: str
    due: date | None
    late: bool
    leads: list[LeadView] = []
    history: list[EntryView] = []


class LeadTaken(BaseModel):
    """`opened`: a file was opened for it; else it joined the household's."""

    file: FileView
    opened: bool


class EarlierView(BaseModel, from_attributes=True):
    """A case that the county verified before this service began."""

    case: str
    number: str
    household: str
    village: str
    opened_on: date | None
    verified_on: date | None
    causes: list[RiskCause]
    urgent: bool
    file: str | None
    decided_on: date | None
    decided_by: str | None
    reason: str | None


FILES = Listing[Line](
    [
        Column(
            "number", "档案编号", lambda line: line.file.number, sort=col(Identification.number)
        ),
        Column("head_name", "户主"),
        Column("village", "村", sort=col(Identification.village)),
        Column("channel", "线索来源", lambda line: line.file.channel),
        Column("state", "环节", lambda line: line.file.state, sort=col(Identification.state)),
        Column("owner", "由谁办"),
        Column("due", "期限"),
        Column("days", "发现后天数", sort=col(Identification.found_on)),
        Column("here", "本环节天数", sort=col(Identification.stage_since)),
        Column("total_due", "识别总时限", lambda line: line.file.total_due, only="workbook"),
        Column("backfill_due", "补办期限", lambda line: line.file.backfill_due, only="workbook"),
        Column("ended_on", "办完日期", lambda line: line.file.ended_on, only="workbook"),
    ],
    order=[col(Identification.found_on), col(Identification.number)],
)
EARLIER = Listing[NetworkCase](
    [
        Column("number", "线索编号", href=lambda case: f"/county/cases/{case.case}"),
        Column("verified_on", "核实日期", sort=col(NetworkCase.verified_on)),
    ],
    order=[col(NetworkCase.verified_on), col(NetworkCase.number)],
)
