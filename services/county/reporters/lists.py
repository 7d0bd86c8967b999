"""Where each reporter's month stands, as a workbook."""

from kit.lists import Column, Listing
from services.county.reporters.queries import ReporterLine

REPORTERS: Listing[ReporterLine] = Listing(
    [
        Column("row.kind.label", "层级"),
        Column("name", "上报主体"),
        Column("row.due", "应报日期"),
        Column("shown.label", "时效"),
        Column("shown.content_label", "内容"),
        Column("shown.reported_on", "收到日期"),
        Column("row.exempt_reason", "免报原因"),
        Column("silent", "报时没有报的组"),
        Column("reason", "零报告、签发或未核实的原因"),
    ]
)
