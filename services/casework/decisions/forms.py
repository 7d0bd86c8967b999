"""What a list of decisions, its lines, an announcement, an entry and a telling say."""

from typing import Annotated

from pydantic import AfterValidator

from kit.errors import Refused
from kit.forms import Form, field, hidden, text
from rulebook.types import Day, Short
from schemas.codes import NotAdmittedReason, RiskCause, Stratum
from services.casework.decisions.rules import MOST_CAUSES, Verdict
from services.casework.monitored.rules import CATEGORIES

LABELS = "、".join(category.label for category in CATEGORIES)


def _category(category: Stratum) -> Stratum:
    if category not in CATEGORIES:
        raise ValueError(f"监测对象类别“{category.label}”不对，可填：{LABELS}")
    return category


class ListForm(Form):
    on: Day = field("审定日期")
    title: str = text("会议名称", "", hint="领导小组会议审定的必须填写；补记以前的审定也要填写")


class LineForm(Form):
    """One household's line: who admits chooses category and causes, who does not says why."""

    file: Short = hidden("农户")
    verdict: Verdict = field("审定结果", widget="radio")
    category: Annotated[Stratum, AfterValidator(_category)] | None = field("监测对象类别", None)
    primary_cause: RiskCause | None = field("主要原因", None)
    causes: list[RiskCause] = field("其他原因", [], max_length=MOST_CAUSES, hint="共计不超过五个")
    reason: NotAdmittedReason | None = field("不予纳入的原因", None)
    words: str | None = text("说明", None, lines=2, hint="不予纳入和退回的必须写明，农户看得到")

    @property
    def all_causes(self) -> list[RiskCause]:
        """The primary one first, each once."""
        first = [self.primary_cause] if self.primary_cause else []
        return list(dict.fromkeys([*first, *self.causes]))

    def demand_whole(self) -> None:
        """`Refused` for a line that lacks what its verdict needs."""
        if self.verdict is Verdict.ADMIT:
            if self.category is None:
                raise Refused("纳入的，请选择监测对象类别。", field="category")
            if self.primary_cause is None:
                raise Refused("纳入的，请选择主要原因。", field="primary_cause")
            if len(self.all_causes) > MOST_CAUSES:
                raise Refused(f"原因最多选{MOST_CAUSES}个。", field="causes")
            return
        if self.verdict is Verdict.NOT_ADMIT and self.reason is None:
            raise Refused("不予纳入的，请选择原因。", field="reason")
        if not self.words:
            raise Refused(f"{self.verdict.label}的，请写明理由。", field="words")


class DecisionsForm(ListForm):
    """A whole list at once, as a program sends it."""

    lines: list[LineForm] = field("农户", min_length=1, max_length=1_000)


class AnnounceForm(Form):
    files: list[Short] = field("农户", min_length=1, max_length=1_000)
    on: Day = field("公告日期")
    where: str = text("张贴在哪里", hint="例如：县政府网站、各村公示栏")


class EntryForm(Form):
    file: Short = hidden("农户")
    national_number: Short | None = field("全国系统户编号", None)


class TellForm(Form):
    told_on: Day = field("告知日期", hint="把告知书交到农户手里的那天")
