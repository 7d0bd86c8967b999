"""A meeting's sheet, as a program sends it whole and as a page sends it: a row of fields a household."""

from collections.abc import Iterable
from typing import Any, Optional

from pydantic import ConfigDict, ValidationError, create_model

from kit.errors import Refused
from kit.forms import Form, field, hidden, refusals, text
from kit.lists import Asking
from rulebook.assessment import Body
from rulebook.types import Day, Short, VillageCode

MOST = 9_999  # people of a meeting
BETWEEN = "__"  # between a row's field and its file, in the names of a page's inputs


class AssessmentFilter(Asking):
    village: VillageCode | None = field("村", None, widget="select")


class VoteForm(Form):
    """The votes on one household."""

    file: Short = hidden("识别档案")
    in_favour: int = field("同意", ge=0, le=MOST)
    against: int = field("反对", 0, ge=0, le=MOST)
    abstained: int = field("弃权", 0, ge=0, le=MOST)
    relatives: str = text("回避的人", "", hint="到会的亲属，写姓名，用顿号隔开")
    note: str = text("说明", "")


class MeetingForm(Form):
    """The meeting itself."""

    village: VillageCode = hidden("村")
    body: Body = field("会议形式", widget="radio")
    held_on: Day = field("评议日期")
    place: str = text("地点", most=100)
    chair: Short = field("主持人")
    recorder: Short = field("记录人")
    should_attend: int = field("应到人数", ge=1, le=MOST)
    attended: int = field("到会人数", ge=0, le=MOST)
    note: str = text("会议情况", "", lines=2)


class AssessmentForm(MeetingForm):
    votes: list[VoteForm] = field("各户票数", min_length=1, max_length=1_000)
    correction: str = text("更正原因", "")  # of a sheet that was entered before


class AssessmentOnPage(MeetingForm):
    """The same as a page sends it: `in_favour__‹file›` and so on. A household whose votes are empty
    was not assessed at this meeting.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    correction: str = text("更正原因", "", lines=2)

    def form(self) -> AssessmentForm:
        """`Refused` for a row that cannot be read."""
        rows: dict[str, dict[str, object]] = {}
        for name, value in (self.model_extra or {}).items():
            what, _, file = name.partition(BETWEEN)
            rows.setdefault(file, {})[what] = value
        votes = [_vote(file, row) for file, row in rows.items() if "in_favour" in row]
        if not votes:
            raise Refused("请填写各户的票数；这次没有评议的户可以空着。")
        meeting = {name: getattr(self, name) for name in type(self).model_fields}
        return AssessmentForm(votes=votes, **meeting)


def _vote(file: str, row: dict[str, object]) -> VoteForm:
    try:
        return VoteForm.model_validate({**row, "file": file})
    except ValidationError as error:
        wrong = refusals(error.errors(), VoteForm)
        said = "；".join(refusal.sentence for refusal in wrong)
        raise Refused(f"{said}。", field=at(file, wrong[0].field)) from error


def at(file: str, name: str = "in_favour") -> str:
    """What a page calls a household's field."""
    return f"{name}{BETWEEN}{file}"


def on_page(files: Iterable[str]) -> type[AssessmentOnPage]:
    """The form with a row for each of these files, which may stay empty."""
    asked = {name: info for name, info in VoteForm.model_fields.items() if name != "file"}
    rows: dict[str, Any] = {
        at(file, name): (
            Optional[info.annotation],  # noqa: UP045 - a type that only the form knows
            field(info.title or name, None, hint=info.description or ""),
        )
        for file in files
        for name, info in asked.items()
    }
    return create_model("SheetOnPage", __base__=AssessmentOnPage, **rows)
