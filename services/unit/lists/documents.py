"""Papers and workbooks an office goes on with."""

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_month
from kit.documents import Paper, Table, letter, sheets
from services.unit.documents import TEMPLATES, list_note, list_title, roster_row, signature, total
from services.unit.findings.queries import FindingView, finding_views
from services.unit.lists.models import UnitList
from services.unit.lists.queries import lists_of
from services.unit.organisation.queries import unit as unit_of

COLUMNS = (
    "序号",
    "户主姓名",
    "村组",
    "人口",
    "原因",
    "风险发生时间",
    "风险点",
    "需解决的相关事宜",
    "帮扶责任人",
    "调查核实",
    "意见",
)


def roster_workbook(session: Session, actor: Actor, unit: str, month: str) -> Paper:
    """汇总名单 as .xlsx, a sheet for the list and for each supplement."""
    name = unit_of(session, unit).name
    return sheets(
        _name(name, month),
        [
            Table(
                title=f"{name}{show_month(month)}监测汇总名单{list_title(unit_list)}",
                columns=COLUMNS,
                note=list_note(unit_list),
                rows=[list(roster_row(number, view).values()) for number, view in views],
                foot=[
                    f"合计：{total([view for _, view in views])}。",
                    f"单位主要领导（签字）：{signature(session, unit_list) or '____________'}　　（盖章）",
                ],
            )
            for unit_list in lists_of(session, unit, month)
            for views in [_numbered(session, actor, unit_list)]
        ],
    )


def roster_letter(session: Session, actor: Actor, unit: str, month: str) -> Paper:
    """汇总名单 as .docx, to be signed."""
    name = unit_of(session, unit).name
    return letter(
        TEMPLATES / "roster.docx",
        _name(name, month),
        {
            "unit": name,
            "month": month,
            "lists": [
                {
                    "title": list_title(unit_list),
                    "note": list_note(unit_list),
                    "nil": unit_list.nil,
                    "signed": signature(session, unit_list),
                    "total": total([view for _, view in views]),
                    "rows": [roster_row(number, view) for number, view in views],
                }
                for unit_list in lists_of(session, unit, month)
                for views in [_numbered(session, actor, unit_list)]
            ],
        },
    )


def _name(unit_name: str, month: str) -> str:
    return f"{unit_name}-{month}-汇总名单"


def _numbered(session: Session, actor: Actor, unit_list: UnitList) -> list[tuple[int, FindingView]]:
    return list(enumerate(finding_views(session, actor, list_id=unit_list.id), start=1))
