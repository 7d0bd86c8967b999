"""What the doors of the joint meeting answer; which fields, the policy says by role."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import GapItem
from services.county.meetings.models import DecisionKind, LineKind, MeetingState, Presence


class MeetingBrief(BaseModel, from_attributes=True):
    id: str
    version: int
    month: str
    on: date
    notice_on: date
    place: str
    chair: str
    state: MeetingState
    drafted_on: date
    refreshed_on: date
    noticed_on: date | None
    held_on: date | None
    issued_on: date | None
    issued_by: str | None
    entered_on: date | None
    reordered: bool
    pack: str


class Ageing(BaseModel):
    """A department's open orders by their age; the last row is the sum."""

    name: str
    counts: dict[str, int]  # age -> orders
    total: int


class MeetingOut(MeetingBrief):
    told: list[str] = []
    ageing: list[Ageing] = []


class LineBrief(BaseModel, from_attributes=True):
    """A line as the department concerned reads it."""

    id: str
    meeting: str
    position: int
    kind: LineKind
    title: str
    text: str
    department: str | None
    co_departments: list[str]
    order: str | None
    orders: list[str]
    case: str | None
    village: str | None
    stale: bool
    noticed_on: date | None
    explanation: str | None
    explained_on: date | None
    explained_by: str | None


class LineOut(LineBrief):
    """With what the office needs to prepare it."""

    source: str | None = None
    household: str | None = None
    origin: str | None = None
    edited_by: str | None = None
    removed_reason: str | None = None
    removed_by: str | None = None


class DecisionBrief(BaseModel, from_attributes=True):
    id: str
    meeting: str
    line: str
    kind: DecisionKind
    text: str
    responsible: str
    department: str | None
    due: date | None
    order: str | None
    orders: list[str]
    case: str | None
    village: str | None
    gap_item: GapItem | None
    question: str | None
    need: str | None
    decided_on: date
    done_on: date | None
    done_note: str


class DecisionOut(DecisionBrief):
    household: str | None = None
    minuted_by: str | None = None


class DecisionShown(DecisionOut):
    """With what became of it by the day of asking."""

    kind_label: str
    outcome: str


class LineShown(LineOut):
    """A line in its meeting: `number` as it is spoken of in the room."""

    kind_label: str
    number: int
    decision: DecisionShown | None


class AttendanceOut(BaseModel, from_attributes=True):
    position: int = 0
    unit: str
    name: str = ""
    post: str = ""
    presence: Presence = Presence.PRESENT
    stands_for: str = ""


class MeetingFile(MeetingOut):
    """The meeting as the actor may see it: a department its own lines and nothing else."""

    state_label: str
    lines: list[LineShown]
    removed: list[LineOut] = []
    attendance: list[AttendanceOut] = []


class Noticed(BaseModel):
    departments: list[str]  # codes
