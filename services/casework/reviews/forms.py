"""What a review says."""

from kit.errors import Refused
from kit.forms import Form, field, text
from rulebook.types import Day, Short


class ReviewForm(Form):
    """One opinion of all the households chosen; another one is said of the others afterwards."""

    files: list[Short] = field("农户", min_length=1, max_length=1_000)
    agreed: bool = field("审核意见", widget="radio")
    reason: str | None = text(
        "理由", None, lines=2, hint="不同意的必须写明；这一户仍报县里，由县里审定"
    )
    meeting_on: Day | None = field("党委会日期", None, hint="规定要经乡镇党委会研究的填写")

    def demand_reason(self) -> None:
        """`Refused` when the township does not agree and does not say why."""
        if not self.agreed and not self.reason:
            raise Refused("不同意的，请写明理由。", field="reason")
