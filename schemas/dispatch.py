"""Events that dispatch publishes: departments, orders, and what goes to each department."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.codes import (
    ClockOwner,
    GapItem,
    OrderChange,
    OrderClock,
    OrderNotice,
    OrderPart,
    OrderState,
    ReplyRefusal,
    ReplyResult,
    ReplyTaken,
    RiskCause,
)
from schemas.event import Event, InParts, Seals, Value
from schemas.texts import Code, OfficeName, Phrase, Reason, Sealed, Sentence, Words
from schemas.values import (
    Answerable,
    ComparedWords,
    MeetingPlace,
    NeedWords,
    Question,
    ReasonWords,
    Title,
)

TOPIC = "backstop.dispatch"
TO_DEPARTMENT = "backstop.department.{department}"
Issuer = Annotated[str, Words("交办人已密封")]  # a person of the leading group, or by its mandate


class DepartmentNamed(Event, type="dispatch.department.named.v1", topic=TOPIC, about="department"):
    department: Code
    name: OfficeName
    aliases: tuple[OfficeName, ...] = ()
    last_month: Code | None = None  # the last one in which it was there
    successor: Code | None = None  # who answers for it since: what it joined, or the office above
    sealed: Annotated[Sealed, Seals(Answerable)] | None = None


class OrderFact(Event, topic=TOPIC, about="order"):
    """What every event of an order says."""

    order: Code
    number: Code  # DQ-990121-202609-0001
    case: Code
    household: Code
    village: Code
    gap_item: GapItem
    department: Code | None  # None: still to be routed
    state: OrderState  # after the event
    on: date


class OrderOpened(OrderFact, type="dispatch.order.opened.v1"):
    """A need has come and waits to be routed by a person (D-07)."""

    route_due: date


class OrderIssued(OrderFact, type="dispatch.order.issued.v1"):
    """交办. Both clocks start here (B-29, B-30)."""

    co_handlers: tuple[Code, ...] = ()
    first_issued_on: date
    accept_due: date
    return_due: date
    report_due: date
    solve_due: date
    urgent: bool = False
    issued_by: Issuer | None = None
    provisional: tuple[OrderClock, ...] = ()  # whose day lies beyond the published calendar
    words: Sealed | None = None  # of its texts


class OrderAccepted(OrderFact, type="dispatch.order.accepted.v1"):
    """The due days, where a place lets both clocks begin with the acceptance."""

    late: bool
    report_due: date | None = None
    solve_due: date | None = None


class OrderReturned(OrderFact, type="dispatch.order.returned.v1"):
    reason: Reason
    proposed: Code | None
    decide_by: date
    words: Sealed | None = None  # of its texts


class OrderReturnRefused(OrderFact, type="dispatch.order.return-refused.v1"):
    """The first due dates stand. `for_meeting`: it was a second return and goes to the joint
    meeting (B-29).
    """

    reason: Reason
    for_meeting: bool = False
    decided_late: bool = False
    words: Sealed | None = None  # of its texts


class OrderReturnAgreed(OrderFact, type="dispatch.order.return-agreed.v1"):
    """An OrderIssued to the other department follows."""

    decided_late: bool = False


class OrderReported(OrderFact, type="dispatch.order.reported.v1"):
    result: ReplyResult
    late: bool
    expected_on: date | None = None


class OrderDoubted(OrderFact, type="dispatch.order.doubted.v1"):
    """The village says the help was not received: back under way."""

    solve_due: date


class OrderConfirmed(OrderFact, type="dispatch.order.confirmed.v1"):
    by_office: bool = False


class OrderClosed(OrderFact, type="dispatch.order.closed.v1"):
    days: int  # working days since the first issue


class OrderReopened(OrderFact, type="dispatch.order.reopened.v1"):
    reason: Reason
    solve_due: date
    words: Sealed | None = None  # of its texts


class OrderDueMoved(OrderFact, type="dispatch.order.due-moved.v1"):
    solve_due: date
    reason: Reason
    provisional: tuple[OrderClock, ...] = ()
    words: Sealed | None = None  # of its texts


class OrderDuesRecounted(OrderFact, type="dispatch.order.dues-recounted.v1"):
    """The calendar was mended and the office counted running clocks anew; None: not moved."""

    route_due: date | None = None
    accept_due: date | None = None
    return_due: date | None = None
    decide_due: date | None = None
    report_due: date | None = None
    solve_due: date | None = None
    confirm_due: date | None = None
    close_due: date | None = None
    provisional: tuple[OrderClock, ...] = ()


class OrderFellOverdue(OrderFact, type="dispatch.order.fell-overdue.v1"):
    """`clock` is route, accept, decide, report, solve, confirm or close."""

    clock: Code
    due: date
    step: int = 0  # escalation step of the pack


class HelpCompleted(Event, type="dispatch.help.completed.v1", topic=TOPIC, about="case"):
    """All orders of a case are closed (GT-27)."""

    case: Code
    household: Code
    on: date


class DepartmentOrderIssued(
    Event, type="department.order.issued.v1", topic=TO_DEPARTMENT, about="order"
):
    """What a department must do, with what it needs to look the household up (its own key)."""

    department: Code
    order: Code
    number: Code
    gap_item: GapItem
    cause: RiskCause | None
    question: Question
    lead: bool = Field(description="false: a co-handler, which is told and does not answer")
    village: Code
    issued_on: date
    accept_due: date
    return_due: date
    report_due: date
    solve_due: date
    urgent: bool = False
    issued_by: Issuer | None = None
    provisional: tuple[OrderClock, ...] = ()
    trial: bool = Field(
        default=False,
        description="invented, by `backstop departments sandbox`: answer it like any other and count it nowhere",
    )
    sealed: Annotated[Sealed, Seals(NeedWords)]
    words: Sealed | None = None  # of its texts


class DepartmentOrderReminded(
    Event, type="department.order.reminded.v1", topic=TO_DEPARTMENT, about="order"
):
    """A due day is near, or has passed."""

    department: Code
    order: Code
    number: Code
    clock: Code
    due: date
    overdue: bool
    on: date


class DepartmentOrderChanged(
    Event, type="department.order.changed.v1", topic=TO_DEPARTMENT, about="order"
):
    """The order's state changed by another hand: return refused, taken away, re-opened, due moved,
    closed.
    """

    department: Code
    order: Code
    number: Code
    state: OrderState
    on: date
    what: Annotated[str, Phrase(OrderNotice)]
    reason: Reason | None = Field(
        default=None,
        description="a fixed phrase; the author's own words are in `words`",
        json_schema_extra={"deprecated": True},
    )
    report_due: date | None = None
    solve_due: date | None = None
    provisional: tuple[OrderClock, ...] = ()
    words: Sealed | None = None  # of its texts


class DepartmentComparisonAsked(
    Event, type="department.comparison.asked.v1", topic=TO_DEPARTMENT, about="comparison"
):
    """Do the department's data say otherwise than this household does (数据比对)? Answered with
    `department.comparison.answered.v1`. Its own key opens whom to look up.
    """

    department: Code
    comparison: Code
    village: Code
    asked_on: date
    due: date | None = Field(default=None, description="null: no limit is set")
    sealed: Annotated[Sealed, Seals(ComparedWords)]


class ComparisonAnswered(
    Event, type="dispatch.comparison.answered.v1", topic=TOPIC, about="comparison"
):
    """A department's own system answered a comparison that casework asked."""

    comparison: Code
    department: Code
    doubt: bool
    on: date
    sealed: Annotated[Sealed, Seals(ReasonWords)] | None = None  # of a doubt


class StatedClock(Value):
    """A clock that runs now. `overdue`: its day has passed; `provisional`: the day lies beyond the
    published calendar (暂定).
    """

    clock: OrderClock
    due: date
    overdue: bool
    provisional: bool = False


class DepartmentOrderState(
    Event, type="department.order.state.v1", topic=TO_DEPARTMENT, about="order"
):
    """An order as it stands after every change, by whatever door: page, workbook, Kafka, deadline,
    office, village, meeting. The state with the highest `version` holds.
    """

    department: Code
    order: Code
    number: Code
    version: int = Field(description="rises with each change of the order, with gaps")
    part: OrderPart = Field(
        description="none: it is another department's now, and no state of it follows"
    )
    state: OrderState
    turn: ClockOwner | None = Field(
        description="who owes the next step; null: nobody, it is closed"
    )
    clocks: tuple[StatedClock, ...]
    return_due: date | None = Field(default=None, description="until when it may be returned")
    result: ReplyResult | None = None
    expected_on: date | None = None
    for_meeting: bool = False
    change: OrderChange
    sealed: Annotated[Sealed, Seals(ReasonWords)] | None = Field(
        default=None, description="the reason of the change in its author's own words"
    )
    on: date


class ReplyAnswered(Event, topic=TO_DEPARTMENT, about="order"):
    """What every answer to a reply says; each reply is answered once, its twins with it."""

    department: Code
    order: Code = Field(
        description="empty: the reply names none, or not legibly; then the key is `reply_id`"
    )
    reply: Code = Field(description="type of the reply as sent; empty: it has none")
    on: date = Field(description="the day of receipt, by the broker's clock")

    @property
    def subject(self) -> str:
        return self.order or getattr(self, "reply_id", None) or self.reply or self.department


class DepartmentReplyAccepted(ReplyAnswered, type="department.reply.accepted.v1"):
    """A reply was taken, with the day that counts."""

    reply_id: Code = Field(description="the reply's ce_id")
    code: ReplyTaken
    sentence: Sentence = Field(description="in Chinese, for a person")
    orders: int | None = Field(
        default=None, description="to a request: how many orders are told anew"
    )


class DepartmentReplyRefused(ReplyAnswered, type="department.reply.refused.v1"):
    """A reply came that could not be taken and changed nothing; the reason says what to do."""

    reply_id: Code | None = Field(
        default=None,
        description="the reply's ce_id as sent; without one <topic>/<partition>/<offset>",
    )
    code: ReplyRefusal | None = Field(
        default=None, description="postponed: kept, and answered once more when it is handled"
    )
    reason: Sentence = Field(description="a sentence in Chinese that says what to do")


class DepartmentMeetingNoticed(
    Event, InParts, type="department.meeting.noticed.v1", topic=TO_DEPARTMENT, about="meeting"
):
    """A joint meeting (联席会议) will deal with orders of the department; one of the same id replaces
    it.
    """

    department: Code
    meeting: Code
    on: date
    place: MeetingPlace
    titles: tuple[Title, ...] = Field(
        description="of what is dealt with; a further part adds its own"
    )
    orders: tuple[Code, ...] = Field(
        default=(), description="ids of the department's orders; a further part adds its own"
    )
    words: Sealed | None = None  # of its texts
