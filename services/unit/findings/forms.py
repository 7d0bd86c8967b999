"""What is filled in about a finding: the words that were missing, or why it is struck out."""

from kit.forms import Form, field, text
from schemas.codes import RiskCause
from schemas.values import Since


class Completion(Form):
    risk_point: str = text("风险点", lines=3)
    matter: str = text("需解决的相关事宜", lines=3)
    causes: tuple[RiskCause, ...] = field("原因", ())


class CompletionIn(Completion):
    """As a program says it."""

    since: Since | None = field("风险发生时间", None)


class CompletionForm(Completion):
    """As a person writes it."""

    since: str | None = text(
        "从什么时候开始", None, hint="核实后有变化才填，如 9月5日、9月初", most=50
    )


class ReasonForm(Form):
    reason: str = text("理由", hint="发现人和县里都会看到", lines=3)
