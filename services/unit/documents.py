"""What several features' papers share."""

from pathlib import Path
from typing import Any

from kit.dates import show_day
from services.unit.findings.queries import FindingView
from services.unit.lists.models import UnitList

TEMPLATES = Path(__file__).parent / "docx"


def roster_row(number: int, view: FindingView) -> dict[str, Any]:
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


def list_title(one: UnitList) -> str:
    return f"(补报{one.supplement})" if one.supplement else ""


def list_note(one: UnitList) -> str:
    done = (
        f",应联系{one.required}户,已联系{one.contacted}户,联系未果{one.unreached}户"
        if one.signed_on
        else ""
    )
    nil = ",零报告" if one.nil else ""
    return f"报送:{show_day(one.received_on)}{nil}{done};签发:{signature(one) or '待签发'}"


def signature(one: UnitList) -> str:
    return (
        f"{one.signed_by} {show_day(one.signed_on)}{'(迟报)' if one.late else ''}"
        if one.signed_on
        else ""
    )
