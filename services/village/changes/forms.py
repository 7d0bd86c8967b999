"""What is asked when somebody comes into a household, or leaves it."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from kit.forms import Form, field, text
from rulebook.types import IdNumber, PersonName, Short, Text
from services.village.changes.rules import COMING, LEAVING, ChangeKind


def _among(kinds: tuple[ChangeKind, ...]) -> AfterValidator:
    def check(kind: ChangeKind) -> ChangeKind:
        if kind not in kinds:
            raise ValueError(f"请选择{'、'.join(one.label for one in kinds)}")
        return kind

    return AfterValidator(check)


class ComingForm(Form):
    kind: Annotated[ChangeKind, _among(COMING)] = field("变动")
    on: date = field("哪一天")
    name: PersonName = field("姓名")
    id_number: IdNumber | None = field("身份证号码", None)
    id_pending: Short | None = field("没有号码的原因", None, hint="如 新生儿未落户")
    relationship: Short = field("与户主关系")
    reason: Text | None = text("说明", None)


class LeavingForm(Form):
    """`person`: his key (`commands.key`)."""

    kind: Annotated[ChangeKind, _among(LEAVING)] = field("变动")
    on: date = field("哪一天")
    person: Short = field("谁", widget="select")
    reason: Text | None = text("说明", None)
