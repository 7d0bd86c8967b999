"""What a department's own system sends back. The topic proves the author: it alone may write
there.
"""

from datetime import date

from pydantic import Field

from schemas.codes import ReplyResult
from schemas.event import Event

REPLIES = "backstop.department.{department}.replies"


class OrderAcceptedByDepartment(
    Event, type="department.order.accepted.v1", topic=REPLIES, about="order"
):
    department: str
    order: str
    handler: str | None = None  # post or staff number, never a name


class OrderReturnedByDepartment(
    Event, type="department.order.returned.v1", topic=REPLIES, about="order"
):
    department: str
    order: str
    reason: str = Field(min_length=1)
    proposed: str | None = None  # the better address


class OrderReportedByDepartment(
    Event, type="department.order.reported.v1", topic=REPLIES, about="order"
):
    department: str
    order: str
    result: ReplyResult
    explanation: str = Field(min_length=1)
    expected_on: date | None = None  # with a plan
    head_signed: bool = False
    own_system_updated: bool = False  # D-10
    amount: int | None = Field(default=None, ge=0, description="fen")
