"""What is said when a green channel is asked for and answered, and of what was done first."""

from kit.errors import Refused
from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.types import Day, Short
from schemas.codes import RiskCause
from services.casework.green_channel.rules import Part


class OpenForm(Form):
    """Urgent, the facts clear, the villagers agree."""

    cause: RiskCause = field("原因", widget="radio")
    facts: str = text("事实", "", lines=2, hint="什么时间、出了什么事、急需什么帮扶")
    attested_by: str = text("谁证明群众认可", "", most=100, hint="姓名和身份，例如村民代表")

    def demand_whole(self) -> None:
        """`Refused` where the facts are not written down, or nobody vouches for the villagers."""
        if len(self.facts) < 2:
            raise Refused("走绿色通道要事实清楚，请写明出了什么事、急需什么帮扶。", field="facts")
        if len(self.attested_by) < 2:
            raise Refused("走绿色通道要群众认可，请写明由谁证明。", field="attested_by")


class AnswerForm(Form):
    """A township's leader agrees, or not."""

    agrees: bool = field("意见", widget="radio")
    reason: str | None = text("理由", None, lines=2, hint="不同意的必须写明")

    def demand_reason(self) -> None:
        """`Refused` when he does not agree and does not say why."""
        if not self.agrees and not self.reason:
            raise Refused("不同意的，请写明理由。", field="reason")


class MeasureForm(Form):
    """What was done at once."""

    what: str = text("帮扶措施", least=2, lines=2)
    by: Short = field("由谁落实", hint="部门或者单位")
    on: Day = field("落实日期")
    order_number: Short | None = field("交办单编号", None, hint="通过交办单落实的填写")


class RecoveryForm(Form):
    """Whether aid is claimed back after a false statement; a person decides."""

    recovers: bool = field("是否追回", widget="radio")
    reason: str = text("理由", least=2, lines=2)


class GreenFilter(Asking):
    part: Part | None = field("补办情况", None)
