"""Units, helpers and assignments as programs send them and as the workbooks' rows hold them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from kit.forms import Form, field, hidden, text
from rulebook.types import Phone, Short, Text


class UnitRow(Form):
    unit: Text = text("单位代码", most=50)
    name: Text = text("单位名称", most=100)


class HelperRow(Form):
    helper: Text = text("帮扶责任人编号", most=50)
    unit: Text = text("单位代码", most=50)
    name: Text = text("帮扶责任人", most=50)
    phone: Phone | None = field("联系电话", None)


class HelperInSheet(HelperRow):
    """A row of the workbook 帮扶单位: a helper, and what the unit is called."""

    unit_name: Text = text("单位名称", most=100)

    @property
    def helper_row(self) -> HelperRow:
        return HelperRow(helper=self.helper, unit=self.unit, name=self.name, phone=self.phone)

    @property
    def unit_row(self) -> UnitRow:
        return UnitRow(unit=self.unit, name=self.unit_name)


class AssignmentRow(Form):
    """A household by our id or by its number in the register, and its helper."""

    helper: Text = text("帮扶责任人编号", most=50)
    household: Short | None = hidden("农户", None)
    number: Text | None = text("户编号", None, most=50)
    head_name: Text | None = text("户主姓名", None, most=50)
    village_name: Text | None = text("村名", None, most=50)


class AssignmentInSheet(AssignmentRow):
    """A row of the workbook 结对关系, by number; the helper's name beside the code is compared."""

    number: Annotated[Text, AfterValidator(str.upper)] = text("户编号", most=50)
    helper_name: Text | None = text("帮扶责任人", None, most=50)

    @property
    def assignment(self) -> AssignmentRow:
        return AssignmentRow(
            helper=self.helper,
            number=self.number,
            head_name=self.head_name,
            village_name=self.village_name,
        )


class TransferForm(Form):
    """All households of one helper go to another."""

    helper: str = text("谁调离", most=50)
    to: str = text("移交给", most=50)
    reason: str = text("原因", hint="如 调离本单位")


class TransferOnPage(TransferForm):
    """The same as a page sends it, which has such a form for each unit."""

    unit: Short = hidden("单位", "")


@dataclass(frozen=True)
class Taken:
    """How many of a set were new or changed, and how many stood there already."""

    taken: int
    unchanged: int
