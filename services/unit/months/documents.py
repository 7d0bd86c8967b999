"""Papers and workbooks an office goes on with."""

from sqlmodel import Session

from kit.dates import show_month
from kit.documents import Paper, Table, sheets
from services.unit.months.queries import unit_statuses


def month_workbook(session: Session, month: str) -> Paper:
    """All units' month as .xlsx."""
    columns = (
        "单位代码",
        "单位",
        "时间",
        "内容",
        "应联系",
        "已联系",
        "联系未果",
        "未联系",
        "签发日期",
    )
    return sheets(
        f"帮扶单位-{month}",
        [
            Table(
                title=f"帮扶单位{show_month(month)}报送情况",
                columns=columns,
                rows=[
                    (
                        one.unit,
                        one.name,
                        f"免报:{one.exempt_reason}" if one.exempt_reason else one.timeliness.label,
                        one.content.label,
                        one.progress.required,
                        one.progress.contacted,
                        one.progress.unreached,
                        one.progress.neglected,
                        one.lists[0].signed_on if one.lists else None,
                    )
                    for one in unit_statuses(session, month)
                ],
            )
        ],
    )
