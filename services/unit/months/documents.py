"""Papers and workbooks an office goes on with."""

from sqlmodel import Session

from kit.dates import show_month
from kit.documents import Paper, Table, sheets
from services.unit.months.queries import unit_statuses

COLUMNS = ("单位代码", "单位", "时间", "内容", "应联系", "已联系", "联系未果", "未联系", "签发日期")


def month_workbook(session: Session, month: str) -> Paper:
    """All units' month as .xlsx."""
    return sheets(
        f"帮扶单位-{month}",
        [
            Table(
                title=f"帮扶单位{show_month(month)}报送情况",
                columns=COLUMNS,
                rows=[
                    (
                        status.unit,
                        status.name,
                        f"免报：{status.exempt_reason}"
                        if status.exempt_reason
                        else status.timeliness.label,
                        status.content.label,
                        status.progress.required,
                        status.progress.contacted,
                        status.progress.unreached,
                        status.progress.neglected,
                        status.lists[0].signed_on if status.lists else None,
                    )
                    for status in unit_statuses(session, month)
                ],
            )
        ],
    )
