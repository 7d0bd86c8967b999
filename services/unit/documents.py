"""What several features' papers share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session

from kit.dates import show_day
from kit.policy import mandates
from services.unit.findings.queries import FindingView
from services.unit.lists.models import UnitList
from services.unit.months.models import UnitMonth

TEMPLATES = Path(__file__).parent / "docx"


def roster_row(number: int, view: FindingView) -> dict[str, Any]:
    finding = view.finding
    return {
        "no": number,
        "head_name": view.household.head_name,
        "place": view.place,
        "size": view.household.size,
        "causes": view.causes,
        "since": view.since,
        "risk_point": finding.risk_point,
        "matter": finding.matter,
        "helper": view.helper_name,
        "verified": view.verified,
        "opinion": f"已划除：{finding.struck_reason}" if finding.struck_on else "同意上报",
    }


def total(views: Sequence[FindingView]) -> str:
    """2户7人，另有划除1户: struck out ones are listed and not counted."""
    agreed = [view.household.size for view in views if view.finding.struck_on is None]
    struck = len(views) - len(agreed)
    return f"同意上报{len(agreed)}户{sum(agreed)}人{f'，另有划除{struck}户' if struck else ''}"


def list_title(unit_list: UnitList) -> str:
    return f"（补报{unit_list.supplement}）" if unit_list.supplement else ""


def list_note(unit_list: UnitList) -> str:
    done = (
        f"，应联系{unit_list.required}户，已联系{unit_list.contacted}户，联系未果{unit_list.unreached}户"
        if unit_list.signed_on
        else ""
    )
    nil = "，零报告" if unit_list.nil else ""
    why = (
        f"；没有都联系上仍零报告的原因：{unit_list.nil_reason}" if unit_list.nil_reason else ""
    ) + (
        f"；没有写明调查核实的原因：{unit_list.unverified_reason}"
        if unit_list.unverified_reason
        else ""
    )
    return f"报送：{show_day(unit_list.received_on)}{nil}{done}{why}"


def signature(session: Session, unit_list: UnitList) -> str:
    """Who signed it, when; beside it the mandate, where he had sent it himself."""
    if not unit_list.signed_on:
        return ""
    month = session.get(UnitMonth, (unit_list.month, unit_list.unit))
    late = "（迟报）" if unit_list.late else ""
    alone = mandates.beside(session, month, "sign_list", unit_list.signed_on)
    return f"{unit_list.signed_by} {show_day(unit_list.signed_on)}{late}{alone}"
