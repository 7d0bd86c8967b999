"""The bulletin as a letter (公文) with its tables attached, and its tables as a workbook."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day, show_month
from kit.documents import Paper, Percent, Table, letter, sheets
from kit.sentences import ended
from services.county.bulletin import queries
from services.county.bulletin.models import Bulletin, BulletinName, BulletinState, NameState
from services.county.bulletin.policy import policy
from services.county.documents import DRAFT, TEMPLATES, letterhead, numeral
from services.county.figures import Figures, OfficeDay, OfficeLate, Reported, Township

Columns = list[tuple[str, str | Callable[[Any], object]]]  # header, attribute of the row


def of_bulletin(session: Session, month: str, actor: Actor) -> Paper:
    """The bulletin as .docx: before it is issued, marked as a draft and with the names still
    open.
    """
    bulletin = _bulletin(session, month, actor)
    issued = bulletin.state is BulletinState.ISSUED
    on = bulletin.issued_on or bulletin.drafted_on
    values = {
        "month": month,
        "mark": _mark(bulletin),
        "cut_off": bulletin.cut_off,
        "named": list(_named(session, month, issued)),
        "demands": _demands(bulletin.demands),
        "date": show_day(bulletin.issued_on) if bulletin.issued_on else "",
        "signed_by": "",  # stands in the head of letters upwards alone (GB/T 9704)
        "mandate": queries.mandate(session, bulletin),
        "errata": queries.errata(session, month),
        "numeral": numeral,
    }
    around = letterhead(session, bulletin.pack, f"bulletin {month}", on)
    values |= _printed(bulletin.figures) | around
    values["attached"] = [title for title, rows in ATTACHED.items() if any(map(values.get, rows))]
    check = f"校验码（SHA-256）：{bulletin.sha256}" if bulletin.sha256 else ""
    return letter(TEMPLATES / "bulletin.docx", _name(month), values, note=check)


# What may be attached, and by which of the values there is something in it.
ATTACHED = {
    "监测对象情况表": ("categories",),
    "三级监测网络上报情况表": ("tiers", "villages", "groups", "townships", "units", "teams"),
    "发点球办理情况表": ("departments",),
    "数据质量情况表": ("faults",),
    "口径说明": ("all",),
}


# The number that a line of the demands begins with, in whatever style.
NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十\d]+[、.．])\s*"
)


def _demands(text: str) -> list[str]:
    """The office's own lines, numbered once, below the heading of their section."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [
        f"{number}.{ended(NUMBERED.sub('', line))}" for number, line in enumerate(lines, start=1)
    ]


def tables_of_bulletin(session: Session, month: str, actor: Actor) -> Paper:
    """The bulletin's figures as .xlsx, every rate as numerator, denominator and per cent."""
    bulletin = _bulletin(session, month, actor)
    mark = f"{show_month(month)}{_mark(bulletin)}"
    names = [
        name
        for name in queries.proposed_names(session, month)
        if bulletin.state is not BulletinState.ISSUED or name.state is NameState.APPROVED
    ]
    return sheets(
        _name(month), [*_tables(bulletin.figures, mark), Table.of(f"{mark}点名", NAMES, names)]
    )


def _bulletin(session: Session, month: str, actor: Actor) -> Bulletin:
    bulletin = queries.bulletin(session, month)
    policy.require(actor, "bulletin_document", bulletin)
    return bulletin


def _name(month: str) -> str:
    return f"{show_month(month)}通报"


def _mark(bulletin: Bulletin) -> str:
    return "" if bulletin.state is BulletinState.ISSUED else DRAFT


# ── the letter's values ──


def _printed(figures: Figures) -> dict[str, Any]:
    totals, tiers, dispatch = figures.totals, figures.tiers, figures.dispatch
    return {
        "year": totals.year,
        "totals_on": totals.as_of,
        "all": totals.all,
        "categories": totals.rows,
        "tiers": tiers.summary,
        "townships": [_township(row) for row in tiers.townships],
        "villages": [_below(row.name, row.villages) for row in tiers.townships],
        "groups": [_below(row.name, row.groups) for row in tiers.townships],
        "units": tiers.units,
        "teams": tiers.teams,
        "cases": tiers.cases,
        "candidates": tiers.candidates,
        "dispatch_since": dispatch.since,
        "dispatch_until": dispatch.as_of,
        "orders": dispatch.all,
        "departments": dispatch.rows if dispatch.departments else [],
        "quality": figures.quality,
        "faults": figures.quality.reporters,
        "office_rows": [_office(row) for row in figures.office],
    }


def _township(row: Township) -> dict[str, str]:
    return {
        "name": row.name,
        "label": row.own.label if row.own else "—",
        "named_missing": f"{row.named_missing}个" if row.named_missing else "—",
    }


def _below(township: str, row: Reported) -> dict[str, Any]:
    """What reports below a township, under its name."""
    return dict(row) | {"name": township}


def _office(row: OfficeDay | OfficeLate) -> str:
    if isinstance(row, OfficeLate):
        return f"{row.name}超过时限{row.late}件"
    done = f"{show_day(row.reported_on)}完成" if row.reported_on else "没有完成"
    return f"{show_month(row.month)}的{row.name}期限{show_day(row.due)}，{done}，{row.label}"


def _named(session: Session, month: str, issued: bool) -> Iterable[dict[str, str]]:
    for name in queries.proposed_names(session, month):
        if name.state == NameState.APPROVED or (not issued and name.state == NameState.OPEN):
            yield {
                "label": name.label,
                "timeliness": queries.named_for(name.kind, name.timeliness),
                "pending": "【待审定】" if name.state == NameState.OPEN else "",
                "facts": ended(_facts(name)),
                "responsible": ended(_responsible(name)),
                "explanation": _prefixed("说明：", name.explanation or ""),
            }


def _prefixed(label: str, text: str) -> str:
    return f"{label}{ended(text)}" if text else ""


def _facts(name: BulletinName) -> str:
    return "；".join(fact["text"].rstrip("。；;") for fact in name.facts)


def _responsible(name: BulletinName) -> str:
    return "；".join(_person(person) for person in name.responsible)


def _person(person: dict[str, str]) -> str:
    name = person["name"] or "（姓名未报）"
    return f"{person['level']}：{person['place']}{person['post']}{name}"


# ── the workbook's tables: header, and attribute of the row ──


def _parts(of: str, *heads: str) -> Columns:
    """A rate's numerator, denominator and per cent under these three headers."""
    share = attrgetter(of)
    part, whole, percent = heads
    return [
        (part, f"{of}.part"),
        (whole, f"{of}.whole"),
        (percent, lambda row: Percent(share(row).percent)),
    ]


def _inside(of: str, before: str, columns: Columns) -> Columns:
    """The columns of what stands in a row, with a word before their headers."""
    reach = attrgetter(of)
    return [
        (
            f"{before}{head}",
            partial(_cell_of, reach, attrgetter(cell) if isinstance(cell, str) else cell),
        )
        for head, cell in columns
    ]


def _cell_of(reach: Callable[[Any], Any], cell: Callable[[Any], object], row: Any) -> object:
    return cell(reach(row))


REPORTED: Columns = [
    ("应报", "expected"),
    ("免报", "exempt"),
    ("按时", "on_time"),
    ("迟报", "late"),
    ("未报", "missing"),
    ("未到期", "waiting"),
    ("零报告", "nil"),
    ("发现线索", "findings"),
    *_parts("on_time_rate", "按时率分子", "按时率分母", "按时率"),
]
COUNTED = (
    ("累计", "cumulative"),
    ("本年新增", "new_in_year"),
    ("本月新增", "new_in_month"),
    ("已消除", "eliminated"),
    ("未消除", "uneliminated"),
)
CATEGORIES: Columns = [
    ("类别", "label"),
    *(
        (f"{head}{unit}", f"{name}.{of}")
        for head, name in COUNTED
        for unit, of in (("户", "households"), ("人", "persons"))
    ),
    *_parts("rate_by_persons", "人数消除率分子", "人数消除率分母", "消除率（按人）"),
    *_parts("rate_by_households", "户数消除率分子", "户数消除率分母", "消除率（按户）"),
]
TIERS: Columns = [("主体", "label"), *REPORTED]
TOWNSHIPS: Columns = [
    ("乡镇", "name"),
    ("乡镇本级", lambda row: row.own.label if row.own else ""),
    ("签字时缺报村", "named_missing"),
    *_inside("villages", "村：", REPORTED),
    *_inside("groups", "组：", REPORTED),
]
SINGLE: Columns = [
    ("上报", "label"),
    ("上报日期", "reported_on"),
    ("内容", "content_label"),
    ("发现线索", "findings"),
]
UNITS: Columns = [
    ("单位", "name"),
    *SINGLE,
    ("应联系户", "required"),
    ("已联系户", "contacted"),
    ("未联系上户", "unreached"),
    *_parts("contact_rate", "联系率分子", "联系率分母", "联系率"),
]
TEAMS: Columns = [("督导组", "name"), *SINGLE]
DEPARTMENTS: Columns = [
    ("部门", "name"),
    ("结转", "carried"),
    ("新交办", "issued"),
    *_parts("accepted_on_time", "按时签收", "应签收", "签收率"),
    *_parts("reported_on_time", "按时反馈", "应反馈", "反馈率"),
    ("逾期未反馈", "unreported"),
    ("逾期未解决", "unsolved"),
    ("退回", "returned"),
    ("办结", "closed"),
    ("在办", "open"),
    ("天数合计", "days.total"),
    ("件数", "days.count"),
    ("平均工作日", "days.average"),
]
QUALITY: Columns = [
    ("上报主体", "name"),
    ("上报条数", "reported"),
    ("不在册，待核对", "not_on_register"),
    ("要素不全", "incomplete"),
    ("未对应到户", "unmatched"),
    ("划去", "struck_out"),
]
NAMES: Columns = [
    ("对象", "label"),
    ("情形", lambda name: queries.named_for(name.kind, name.timeliness)),
    ("事实", _facts),
    ("责任人", _responsible),
    ("说明", "explanation"),
    ("审定", "state.label"),
]

ALL_TABLES = {
    "categories": CATEGORIES,
    "tiers": TIERS,
    "townships": TOWNSHIPS,
    "units": UNITS,
    "teams": TEAMS,
    "departments": DEPARTMENTS,
    "quality": QUALITY,
    "names": NAMES,
}


def _tables(figures: Figures, mark: str) -> list[Table]:
    totals, tiers, dispatch = figures.totals, figures.tiers, figures.dispatch
    quality, until = figures.quality, f"截至{show_day(tiers.as_of)}"
    basis = f"截至{show_day(totals.as_of)}；风险消除率以人数为准，同时列出户数"
    between = f"{show_day(dispatch.since)}至{show_day(dispatch.as_of)}；天数自首次交办起算"
    refused = f"退回改正表格{quality.refused_sheets}张、{quality.refused_cells}处"
    return [
        Table.of(f"{mark}监测对象", CATEGORIES, totals.rows, basis),
        Table.of(f"{mark}三级监测网络", TIERS, tiers.summary, until),
        Table.of(f"{mark}乡镇", TOWNSHIPS, tiers.townships, until),
        Table.of(f"{mark}帮扶单位", UNITS, tiers.units, until),
        Table.of(f"{mark}督导组", TEAMS, tiers.teams, until),
        Table.of(f"{mark}发点球", DEPARTMENTS, dispatch.rows, between),
        Table.of(
            f"{mark}数据质量",
            QUALITY,
            quality.reporters,
            f"{refused}；补录{quality.entered_later}件",
        ),
    ]
