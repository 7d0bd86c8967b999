"""What is filled in about a finding: its words, who verified it, why it is struck out or taken
back.
"""

from kit.forms import Form, field, text
from rulebook.types import Day
from schemas.codes import RiskCause, Severity, VisitMode
from schemas.values import Since


class Completion(Form):
    risk_point: str = text("风险点", lines=3)
    matter: str = text("需解决的相关事宜", lines=3)
    causes: tuple[RiskCause, ...] = field("原因", ())
    severity: Severity | None = field("轻重", None)


class CompletionIn(Completion):
    """As a program says it."""

    since: Since | None = field("风险发生时间", None)


class CompletionForm(Completion):
    """As a person writes it."""

    since: str | None = text("从什么时候开始", None, hint="有变化才填，如 9月5日、9月初", most=50)


class VerificationForm(Form):
    """Who of the unit looked into it (N-11)."""

    verified_by: str = text("谁核实的", hint="姓名，可写几个人", most=100)
    verified_on: Day = field("哪天核实的")
    verified_how: VisitMode = field("怎么核实的", widget="radio")


class ReasonForm(Form):
    reason: str = text("理由", hint="发现人和县里都会看到", lines=3)


class WithdrawalForm(Form):
    reason: str = text("理由", hint="如 登记错了户；本单位会看到", lines=2)
