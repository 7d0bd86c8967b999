"""The village's list in the office's own form."""

from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day, show_month
from kit.documents import Table
from kit.errors import Refused
from kit.policy.purpose import WHOLE, Veil, veil_of
from kit.sheets.sheet import FormAsked, SheetForm
from schemas.codes import Level
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.lists import queries
from services.village.lists.models import VillageList
from services.village.lists.policy import policy
from services.village.places import VILLAGE_OFFICE, Place
from services.village.register import queries as register_queries
from services.village.register.models import Household

COLUMNS = (
    "序号",
    "组别",
    "户主姓名",
    "身份证号码",
    "家庭人口",
    "联系电话",
    "农户类型",
    "易返贫（致贫）原因",
    "风险点",
    "需解决的相关事宜",
    "摸排人",
    "备注",
)
STATE = "办理情况"  # beside what the form asks: nothing that comes back is read from it
SENTENCES = ("风险点", "需解决的相关事宜")  # where somebody writes whole ones: as wide as they need


BLANK = SheetForm(
    "________乡（镇）________村防返贫监测摸排情况上报表（{month}）",
    "村委会（盖章）：　　　　填报日期：",
)


def list_form(session: Session, asked: FormAsked) -> SheetForm:
    """The month's list with the village's households, and what is entered of them already (F-33).
    The actor's own village, or the one that is named.
    """
    village = asked.place or asked.actor.place
    if register_queries.known_division(session, village, Level.VILLAGE) is None:
        raise Refused("请在村的页面上下载，表里会填好这个村的农户。")
    names = directory.names(session)
    office = f"{names[village]}{VILLAGE_OFFICE}"
    policy.permit(asked.actor, "take_list", Place(village, session=session))
    entered = {
        finding.household: finding
        for finding in findings_queries.findings(session, asked.month, village)
    }
    households = register_queries.households_of(session, village)
    return SheetForm(
        f"{names.full(village)}防返贫监测摸排情况上报表（{{month}}）",
        f"村委会（盖章）：{office}　　　　填报日期：",
        [
            dict(zip(COLUMNS, line(session, number, entered[household.id])[:-1], strict=True))
            if household.id in entered
            else _registered(number, household)
            for number, household in enumerate(
                (household for household in households if household.merged_on is None), 1
            )
        ],
    )


def _registered(number: int, household: Household) -> dict[str, object]:
    return {
        "序号": number,
        "组别": household.group,
        "户主姓名": household.head_name,
        "身份证号码": household.id_number,
        "家庭人口": household.size,
        "联系电话": household.phone,
        "农户类型": household.stratum.label,
    }


def veil(session: Session, actor: Actor, village: str) -> Veil:
    """Of the numbers in this village's list."""
    place = Place(village, session=session)
    return veil_of(policy, actor, place, telephone="list_numbers", id_number="list_numbers")


def list_table(session: Session, village: str, month: str, veil: Veil) -> Table:
    """The village's list as the office's form has it."""
    names = directory.names(session)
    findings = findings_queries.findings(session, month, village)
    rows = [line(session, number, finding, veil) for number, finding in enumerate(findings, 1)]
    lists = queries.lists(session, month, village=village)
    if any(sent.nil for sent in lists) and not findings:
        rows = [["", "本月摸排无风险（零报告）"]]
    note = f"村委会：{names[village]}{VILLAGE_OFFICE}（盖章）　　报送日期：{show_day(lists[0].received_on) if lists else '未报送'}"
    if lists and (silent := silence(lists[0])):
        note += f"　　{silent}"
    title = f"{names.full(village)}防返贫监测摸排情况上报表（{show_month(month)}）"
    return Table(title, (*COLUMNS, STATE), rows, note)


def silence(sent: VillageList) -> str:
    """Which groups had not reported when the list was sent, and why nil was declared over them."""
    if not sent.silent:
        return ""
    groups = "、".join(f"{group}组" for group in sent.silent)
    reason = f"（{sent.silent_reason}）" if sent.silent_reason else ""
    return f"上报时没有报的组：{groups}{reason}"


def line(session: Session, number: int, finding: Finding, veil: Veil = WHOLE) -> list[Any]:
    household = register_queries.household(session, finding.household)
    marks = (
        "紧急" if finding.urgent_on else "",
        "已随时上报" if finding.already_reported else "",
        "" if finding.on_register else "不在册，待核对",
        finding.struck_out or "",
    )
    return [
        number,
        finding.group,
        finding.head_name,
        veil.id_number(finding.id_number),
        finding.size,
        veil.phone(finding.phone),
        household.stratum.label,
        finding.cause_labels,
        finding.risk_point,
        finding.matter,
        finding.screened_by or finding.on_behalf_of or finding.by_name,
        finding.note,
        "；".join(mark for mark in marks if mark),
    ]
