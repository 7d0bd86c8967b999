"""What a door takes: one model a form."""

from datetime import date

from pydantic import Field

from rulebook.months import Day
from schemas.codes import ReplyResult
from schemas.event import Value
from schemas.values import Receipt
from services.dispatch.orders.forms import OnBehalf


class ReplyDraft(Value):
    """A department's report (D11). `amount` in fen; `head_signature` as written on a form: text, no
    signature.
    """

    result: ReplyResult
    explanation: str
    expected_on: date | None = None
    amount: int | None = None
    handler: str | None = None
    head_signed: bool = False
    head_signature: str | None = None
    own_system_updated: bool = False
    written_on: date | None = None


class Returning(OnBehalf):
    reason: str
    proposed: str | None = None


class Report(OnBehalf):
    """`amount` in fen. `received_on` with `entry_reason`: the office got it on paper on another day
    (补录).
    """

    result: ReplyResult
    explanation: str
    expected_on: Day | None = None
    amount: int | None = Field(default=None, ge=0)
    handler: str | None = None
    own_system_updated: bool = False
    written_on: Day | None = None
    received_on: Day | None = None
    entry_reason: str | None = None

    def receipt(self) -> Receipt | None:
        return Receipt(on=self.received_on, reason=self.entry_reason) if self.received_on else None

    def draft(self) -> ReplyDraft:
        return ReplyDraft(**self.model_dump(exclude={"on_behalf", "received_on", "entry_reason"}))


class Progress(OnBehalf):
    text: str
