"""Events that dispatch publishes: departments, orders, and what goes to each department."""

from datetime import date
from typing import Annotated

from schemas.codes import GapItem, OrderClock, OrderNotice, OrderState, ReplyResult, RiskCause
from schemas.event import Event, InParts
from schemas.texts import Code, OfficeName, Phrase, Reason, Sealed, Words
from schemas.values import MeetingPlace, Question, Title

TOPIC = "backstop.dispatch"
TO_DEPARTMENT = "backstop.department.{department}"
Issuer = Annotated[str, Words("交办人已密封")]  # a person of the leading group, or by its mandate


class DepartmentNamed(Event, type="dispatch.department.named.v1", topic=TOPIC, about="department"):
    department: Code
    name: OfficeName
    aliases: tuple[OfficeName, ...] = ()
    last_month: Code | None = None  # the last one in which it was there
    successor: Code | None = None  # who answers for it since: what it joined, or the office above
    sealed: Sealed | None = None  # Answerable


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
    lead: bool  # False: a co-handler, told and not answerable
    village: Code
    issued_on: date
    accept_due: date
    return_due: date
    report_due: date
    solve_due: date
    urgent: bool = False
    issued_by: Issuer | None = None
    provisional: tuple[OrderClock, ...] = ()
    sealed: Sealed  # NeedWords
    words: Sealed | None = None  # of its texts


class DepartmentOrderReminded(
    Event, type="department.order.reminded.v1", topic=TO_DEPARTMENT, about="order"
):
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
    reason: Reason | None = None
    report_due: date | None = None
    solve_due: date | None = None
    provisional: tuple[OrderClock, ...] = ()
    words: Sealed | None = None  # of its texts


class DepartmentReplyRefused(
    Event, type="department.reply.refused.v1", topic=TO_DEPARTMENT, about="order"
):
    """A reply came that the order's state does not allow; the reason says what to do."""

    department: Code
    order: Code
    reply: Code  # type of the reply
    reason: Reason
    on: date
    words: Sealed | None = None  # of its texts


class DepartmentMeetingNoticed(
    Event, InParts, type="department.meeting.noticed.v1", topic=TO_DEPARTMENT, about="meeting"
):
    department: Code
    meeting: Code
    on: date
    place: MeetingPlace
    titles: tuple[Title, ...]
    orders: tuple[Code, ...] = ()
    words: Sealed | None = None  # of its texts
