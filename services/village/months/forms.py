"""What a door takes: one model a form."""

from datetime import date

from pydantic import BaseModel

from kit.errors import Refused
from rulebook.months import Day, YearMonth
from schemas.values import Receipt
from services.village.months import rules


class Receiving(BaseModel):
    """When a paper came, when somebody authorised enters it later (补录); `on_behalf_of`: for whom
    it is entered.
    """

    received_on: Day | None = None
    reason: str | None = None
    written_on: Day | None = None
    on_behalf_of: str | None = None

    def receipt(self, today: date) -> Receipt:
        try:
            return rules.receipt(today, self.received_on, self.reason, self.written_on)
        except ValueError as error:
            raise Refused(str(error)) from error


class MonthIn(BaseModel):
    month: YearMonth


class ExemptionIn(BaseModel):
    """A group (with `group`), a village or a township, by its code."""

    division: str
    group: str | None = None
    month: YearMonth
    reason: str
