"""The joint meeting (J-02, D12): meeting, agenda lines, attendance, decisions."""

from datetime import date
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kit.database.columns import coded, texts
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Coded, GapItem
from services.county.service import Table


class MeetingState(Coded):
    DRAFTED = "drafted", "拟定议程"
    NOTICED = "noticed", "已通知"
    HELD = "held", "已召开"
    ISSUED = "issued", "纪要已印发"


class LineKind(Coded):
    """In the order of the agenda: last meeting's decisions first (D12)."""

    DECISION = "decision", "上次会议议定事项"
    TIERS = "tiers", "三级监测网络工作情况"
    SECOND_RETURN = "second_return", "再次退回的交办单"
    OVERDUE = "overdue", "逾期交办单"
    RECHECK = "recheck", "复核逾期"
    CONTESTED = "contested", "有争议的户"
    MISSED = "missed", "应发现未发现"
    POLICY = "policy", "政策问题"
    OTHER = "other", "其他事项"


class DecisionKind(Coded):
    ORDER_DUE = "order_due", "限期解决"
    NEW_ORDER = "new_order", "新交办"
    REASSIGN = "reassign", "改由其他部门办理"
    POLICY = "policy", "完善政策"
    NOTED = "noted", "知悉，按原要求办理"


class Presence(Coded):
    PRESENT = "present", "到会"
    SUBSTITUTE = "substitute", "代会"
    ABSENT = "absent", "缺席"


class Meeting(Table, table=True):
    """The joint meeting about a month's cycle. `on` is the planned day, `held_on` the real one."""

    __tablename__ = "meeting"
    id: str = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    month: str = Field(unique=True)  # YYYY-MM, the cycle it is about
    on: date
    notice_on: date
    place: str
    chair: str
    state: MeetingState = coded(MeetingState, default=MeetingState.DRAFTED)
    drafted_on: date
    refreshed_on: date
    noticed_on: date | None = None
    told: list[str] = texts()  # departments that had the notice
    held_on: date | None = None
    issued_on: date | None = None
    issued_by: str | None = None
    entered_on: date | None = None  # 补录: held or issued before the day it was entered
    reordered: bool = False  # the office has its own order of lines
    ageing: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=JSONB
    )  # what is unsolved, per department
    pack: str


class AgendaItem(Table, table=True):
    """One line of the agenda, by number and village, never with a household's name.

    `source`: what it was drafted from, the same at every refresh; None: the office's own line.
    `orders`: all of the case that it is about, `order` the first; `department` is that one's,
    `co_departments` the others'.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting", "source", name="uq_agenda_item_source"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    meeting: str = Field(foreign_key="meeting.id", index=True)
    position: int
    kind: LineKind = coded(LineKind)
    source: str | None = None
    title: str = encrypted()
    text: str = encrypted(default="")
    department: str | None = Field(default=None, index=True)
    co_departments: list[str] = texts()
    order: str | None = None
    orders: list[str] = texts()
    case: str | None = None
    household: str | None = None
    village: str | None = None
    origin: str | None = None  # `source#id` of the event behind it
    edited_by: str | None = None  # from then on a refresh leaves it alone
    stale: bool = False  # edited, and no longer true
    removed_reason: str | None = encrypted(default=None)
    removed_by: str | None = None
    gone: bool = False  # it left by itself, and comes back by itself
    noticed_on: date | None = None
    explanation: str | None = encrypted(default=None)
    explained_on: date | None = None
    explained_by: str | None = None
    explained_account: str | None = None


class Attendance(Table, table=True):
    """Who was there for a unit; `stands_for`: the person a substitute came for."""

    __tablename__ = "attendance"
    id: str = Field(default_factory=new_id, primary_key=True)
    meeting: str = Field(foreign_key="meeting.id", index=True)
    position: int
    unit: str
    name: str
    post: str = ""
    presence: Presence = coded(Presence, default=Presence.PRESENT)
    stands_for: str = ""


class Decision(Table, table=True):
    """What the meeting decided about one line; leaves as an event when the minutes are issued.

    What became of it is derived from the order; only a POLICY decision is reported done by a
    person.
    """

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_order", "order"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    meeting: str = Field(foreign_key="meeting.id", index=True)
    line: str = Field(foreign_key="agenda_item.id", unique=True)
    kind: DecisionKind = coded(DecisionKind)
    text: str = encrypted()
    responsible: str = ""  # as printed
    department: str | None = None
    due: date | None = None
    order: str | None = None
    orders: list[str] = texts()  # all that it binds, `order` the first
    case: str | None = None
    household: str | None = None
    village: str | None = None
    gap_item: GapItem | None = coded(GapItem, default=None)
    question: str | None = encrypted(default=None)
    need: str | None = None  # set when a new order leaves
    decided_on: date
    minuted_by: str
    minuted_account: str | None = None
    done_on: date | None = None
    done_note: str = encrypted(default="")
