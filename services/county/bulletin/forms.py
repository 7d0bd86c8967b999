"""What is asked about a bulletin and its names, at page and API."""

from kit.behalf import OnBehalf
from kit.forms import Form, field
from kit.forms import text as words
from rulebook.months import Day

LONG = 10_000  # characters: section six is a text of its own


class ExplanationForm(OnBehalf):
    """`on_behalf`: who phoned or wrote, when the office enters it."""

    text: str = words("说明", most=2_000, lines=2)


class ApprovalForm(Form):
    """`accept_explanation`: the explanation holds, so not named; else named."""

    accept_explanation: bool = field("说明成立", False)
    reason: str = words("原因", "")


class ReasonForm(Form):
    reason: str = words("原因")


class DemandsForm(Form):
    text: str = words("工作要求", "", most=LONG, lines=5)


class ErratumForm(Form):
    text: str = words("更正内容", most=LONG, lines=2)


class IssueForm(Form):
    issued_on: Day | None = field("签发日期", None)
