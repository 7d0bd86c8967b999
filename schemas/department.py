"""What a department's own system sends back. The topic proves the author: it alone may write
there.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.codes import ReplyResult
from schemas.event import Event, Seals
from schemas.values import ReasonWords

REPLIES = "backstop.department.{department}.replies"
# With these an invented order's id begins (`backstop departments sandbox`), a UUID of version 8 (RFC
# 9562); every reply to one of the second kind is refused, for practice.
TRIAL = "00000000-0000-8000-8000-"
TRIAL_REFUSED = f"{TRIAL}ffff"

Code = Annotated[str, Field(max_length=64)]
Handler = Annotated[str, Field(max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Sealed = Annotated[str, Field(max_length=16_000), Seals(ReasonWords)]
UNSEALED = Field(default=None, examples=[None])  # an example has nobody's key


class DepartmentReply(Event, topic=REPLIES, about="order"):
    """What every reply about an order says. `sealed`: ReasonWords under the department's own key;
    they take the place of the words in clear, which then are a fixed phrase.
    """

    department: Code
    order: Code
    handler: Handler | None = Field(default=None, description="post or staff number, never a name")


class OrderAcceptedByDepartment(DepartmentReply, type="department.order.accepted.v1"):
    """The department takes the order on (签收)."""


class OrderReturnedByDepartment(DepartmentReply, type="department.order.returned.v1"):
    """The department says that the order is another's (退回)."""

    reason: Words
    sealed: Sealed | None = UNSEALED
    proposed: Code | None = Field(default=None, description="code of the better department")


class OrderReportedByDepartment(DepartmentReply, type="department.order.reported.v1"):
    """What the department did, or why it does not (反馈)."""

    result: ReplyResult
    explanation: Words
    sealed: Sealed | None = UNSEALED
    expected_on: date | None = Field(
        default=None, description="with `partly` and `planned`: by when it will be solved"
    )
    head_signed: bool = Field(default=False, description="the department's head has signed it")
    own_system_updated: bool = Field(
        default=False, description="the department's own system says the same now (D-10)"
    )
    amount: int | None = Field(default=None, ge=0, le=1_000_000_000_000, description="fen")


class OrderProgressedByDepartment(DepartmentReply, type="department.order.progressed.v1"):
    """How far an accepted order is (报告进展); it meets no due day and moves none."""

    explanation: Words
    sealed: Sealed | None = UNSEALED


class ComparisonAnsweredByDepartment(
    Event, type="department.comparison.answered.v1", topic=REPLIES, about="comparison"
):
    """What the department's data say of one household (数据比对). Another answer takes the place of the
    one before until the township has re-checked the doubt.
    """

    department: Code
    comparison: Code
    doubt: bool = Field(description="the department's data say otherwise than the household does")
    explanation: Words | None = Field(default=None, description="with a doubt: what it is")
    sealed: Sealed | None = UNSEALED


class OrdersRequested(
    Event, type="department.orders.requested.v1", topic=REPLIES, about="department"
):
    """Tell every open order and comparison anew: what it asks, sealed with the key in force, and an
    order's state. For a system that lost what it knew; once a minute at most.
    """

    department: Code
