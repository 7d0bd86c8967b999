"""What the tier concerned explains, and why the office decides as it does."""

from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.types import YearMonth
from services.county.missed_discoveries.models import CandidateState


class HearingForm(Form):
    explanation: str = text("当时的情况（例如摸排那天还没有发生、农户没有讲）", most=2000, lines=4)


class ReasonForm(Form):
    reason: str = text("理由", lines=2)


class CandidateFilter(Asking):
    month: YearMonth | None = field("月份", None)
    state: CandidateState | None = field("状态", None)
