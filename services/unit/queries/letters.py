"""List and application form as files an office goes on with (N-11, D16)."""

from pathlib import Path
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.documents import Table, document, workbook
from kit.web import show_day, show_month
from schemas.codes import VisitMode
from services.unit.models import UnitList
from services.unit.queries.contact import visits_of
from services.unit.queries.findings import FindingView, finding_view, finding_views
from services.unit.queries.months import lists_of, unit_statuses
from services.unit.queries.organisation import unit as unit_of

TEMPLATES = Path(__file__).parent.parent / "docx"
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
    "意见",
)


def roster_workbook(session: Session, actor: Actor, unit: str, month: str) -> bytes:
    """汇总名单 as .xlsx, a sheet for the list and for each supplement."""
    name = unit_of(session, unit).name
    return workbook(
        [
            Table(
                title=f"{name}{show_month(month)}监测汇总名单{_which(one)}",
                columns=COLUMNS,
                note=_note(one),
                rows=[
                    list(_row(number, view).values())
                    for number, view in _numbered(session, actor, one)
                ],
            )
            for one in lists_of(session, unit, month)
        ]
    )


def roster_letter(session: Session, actor: Actor, unit: str, month: str) -> bytes:
    """汇总名单 as .docx, to be signed."""
    return document(
        TEMPLATES / "roster.docx",
        {
            "unit": unit_of(session, unit).name,
            "month": month,
            "lists": [
                {
                    "title": _which(one) or "名单",
                    "note": _note(one),
                    "nil": one.nil,
                    "signed": _signed(one),
                    "rows": [_row(number, view) for number, view in _numbered(session, actor, one)],
                }
                for one in lists_of(session, unit, month)
            ],
        },
    )


def form_letter(session: Session, actor: Actor, finding: str) -> bytes:
    """申报表 as .docx: the finding with its visits."""
    view = finding_view(session, actor, finding)
    one, household = view.finding, view.household
    visits = [
        visit for visit in visits_of(session, one.household, one.month) if visit.unit == one.unit
    ]
    said = [
        f"{show_day(visit.on)}{VisitMode(visit.mode).label}:"
        + (
            ";".join(filter(None, (visit.living, visit.production, visit.income)))
            if visit.reached
            else "未联系上"
        )
        for visit in visits
    ]
    return document(
        TEMPLATES / "form.docx",
        _row(1, view)
        | {
            "unit": view.unit_name,
            "month": one.month,
            "struck": one.struck_reason,
            "id_number": household.id_number,
            "number": household.number,
            "phone": household.phone,
            "visits": "。".join(said),
        },
    )


def month_workbook(session: Session, month: str) -> bytes:
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
    return workbook(
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
        ]
    )


def _numbered(session: Session, actor: Actor, one: UnitList) -> list[tuple[int, FindingView]]:
    return list(enumerate(finding_views(session, actor, list_id=one.id), start=1))


def _row(number: int, view: FindingView) -> dict[str, Any]:
    one = view.finding
    return {
        "no": number,
        "head_name": view.household.head_name,
        "place": view.place,
        "size": view.household.size,
        "causes": view.causes,
        "since": view.since,
        "risk_point": one.risk_point,
        "matter": one.matter,
        "helper": view.helper_name,
        "opinion": f"已划除:{one.struck_reason}" if one.struck_on else "同意上报",
    }


def _which(one: UnitList) -> str:
    return f"(补报{one.supplement})" if one.supplement else ""


def _note(one: UnitList) -> str:
    done = (
        f",应联系{one.required}户,已联系{one.contacted}户,联系未果{one.unreached}户"
        if one.signed_on
        else ""
    )
    nil = ",零报告" if one.nil else ""
    return f"报送:{show_day(one.received_on)}{nil}{done};签发:{_signed(one) or '待签发'}"


def _signed(one: UnitList) -> str:
    return (
        f"{one.signed_by} {show_day(one.signed_on)}{'(迟报)' if one.late else ''}"
        if one.signed_on
        else ""
    )
