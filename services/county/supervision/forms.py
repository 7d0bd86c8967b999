"""What a team found at one household, and the report that closes its month."""

from pydantic import Field

from kit.forms import Form, field, hidden, text
from kit.forms.receiving import Receiving
from rulebook.types import Causes, Day, IdNumber, Short, Text, VillageCode, YearMonth
from schemas.codes import Severity


class FindingForm(Form):
    """发现问题 and 建议; the risk point is completed at verification."""

    village: VillageCode = field("村")
    head_name: Text = text("户主姓名", most=50)
    id_number: IdNumber | None = field("身份证号码", None, hint="知道就填")
    problem: Text = text("发现问题", lines=2)
    causes: Causes = field("易返贫（致贫）原因", min_length=1)
    advice: Text = text("建议", "", lines=2)
    severity: Severity = field("紧急程度", Severity.ORDINARY)
    found_on: Day | None = field("发现日期", None)


class FindingRow(FindingForm):
    """A row of the team's sheet, which calls the village by its name."""

    village: Text = text("村")


class NotedForm(FindingForm):
    """The same on the team's page, which says of which month it is."""

    month: YearMonth = hidden("月份")


class DroppedForm(Form):
    code: Short = hidden("督导组")
    month: YearMonth = hidden("月份")


class SentForm(Receiving):
    """The page's button: what the team has noted is reported, or that there is nothing."""

    month: YearMonth = hidden("月份")
    nil: bool = hidden("零报告", False)


class ReportForm(Receiving):
    """A program's whole report: `findings` join what the team has noted already."""

    team: str = text("督导组")
    month: YearMonth = field("月份")
    nil: bool = field("零报告", False)
    findings: tuple[FindingForm, ...] = Field((), title="发现的户")
