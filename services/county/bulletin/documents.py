"""Papers and workbooks an office goes on with."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day, show_month
from kit.documents import Paper, Table, letter, sheets
from services.county.bulletin import queries
from services.county.bulletin.models import Bulletin, BulletinName, BulletinState, NameState
from services.county.bulletin.policy import policy
from services.county.documents import TEMPLATES
from services.county.figures import Figures, OfficeDay, OfficeLate, Rate, Reported, Township
from services.county.meetings import queries as meetings_queries

Columns = list[tuple[str, str | Callable[[Any], object]]]  # header, attribute of the row


def of_bulletin(session: Session, month: str, actor: Actor) -> Paper:
    """The bulletin as .docx: before it is issued, marked as a draft and with the names still
    open.
    """
    bulletin = _bulletin(session, month, actor)
    issued = bulletin.state is BulletinState.ISSUED
    values = {
        "month": month,
        "mark": _mark(bulletin),
        "cut_off": bulletin.cut_off,
        "named": list(_named(session, month, issued)),
        "demands": [line for line in bulletin.demands.splitlines() if line.strip()],
        "office": meetings_queries.office_name(session, bulletin.drafted_on),
        "date": show_day(bulletin.issued_on or bulletin.drafted_on),
        "signed_by": bulletin.issued_by,
        "sha256": bulletin.sha256,
        "errata": queries.errata(session, month),
    }
    return letter(TEMPLATES / "bulletin.docx", _name(month), _printed(bulletin.figures) | values)


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
    return "" if bulletin.state is BulletinState.ISSUED else "（送审稿）"


# ── the letter's values ──


def _printed(figures: Figures) -> dict[str, Any]:
    totals, tiers, dispatch = figures.totals, figures.tiers, figures.dispatch
    return {
        "year": totals.year,
        "totals_on": totals.as_of,
        "all": totals.all,
        "categories": totals.categories,
        "tiers": tiers.summary,
        "townships": [_township(row) for row in tiers.townships],
        "units": tiers.units,
        "teams": tiers.teams,
        "cases": tiers.cases,
        "candidates": tiers.candidates,
        "dispatch_since": dispatch.since,
        "dispatch_until": dispatch.as_of,
        "departments": dispatch.rows,
        "quality": figures.quality,
        "office_rows": [_office(row) for row in figures.office],
    }


def _township(row: Township) -> dict[str, str]:
    named = f"（签字时缺{row.named_missing}个村）" if row.named_missing else ""
    return {
        "name": row.name,
        "own": f"{row.own.label}{named}" if row.own else "—",
        "villages": _five(row.villages),
        "village_rate": _rate(row.villages.on_time_rate),
        "groups": _five(row.groups),
        "group_rate": _rate(row.groups.on_time_rate),
    }


def _five(row: Reported) -> str:
    return f"{row.expected}/{row.on_time}/{row.late}/{row.missing}/{row.nil}"


def _rate(rate: Rate) -> str:
    return f"{rate.percent}（{rate.part}/{rate.whole}）"


def _office(row: OfficeDay | OfficeLate) -> str:
    if isinstance(row, OfficeLate):
        return f"{row.name}超过时限{row.late}件"
    return f"{row.month} {row.name}{row.label}（期限{row.due}，完成{row.reported_on or '—'}）"


def _named(session: Session, month: str, issued: bool) -> Iterable[dict[str, str]]:
    for name in queries.proposed_names(session, month):
        if name.state == NameState.APPROVED or (not issued and name.state == NameState.OPEN):
            yield {
                "label": name.label,
                "timeliness": name.timeliness.label,
                "pending": "【待审定】" if name.state == NameState.OPEN else "",
                "facts": _facts(name),
                "responsible": _responsible(name),
                "explanation": name.explanation or "",
            }


def _facts(name: BulletinName) -> str:
    return "；".join(fact["text"] for fact in name.facts)


def _responsible(name: BulletinName) -> str:
    return "；".join(_person(person) for person in name.responsible)


def _person(person: dict[str, str]) -> str:
    name = f" {person['name']}" if person["name"] else ""
    return f"{person['level']}：{person['place']}{person['post']}{name}"


# ── the workbook's tables: header, and attribute of the row ──


def _parts(of: str, *heads: str) -> Columns:
    """A rate's numerator, denominator and per cent under these three headers."""
    parts = ("part", "whole", "percent")
    return [(head, f"{of}.{part}") for head, part in zip(heads, parts, strict=True)]


REPORTED = [
    ("应报", "expected"),
    ("免报", "exempt"),
    ("按时", "on_time"),
    ("迟报", "late"),
    ("未报", "missing"),
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
    *((f"村：{head}", f"villages.{name}") for head, name in REPORTED),
    *((f"组：{head}", f"groups.{name}") for head, name in REPORTED),
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
    ("情形", "timeliness.label"),
    ("事实", _facts),
    ("责任人", _responsible),
    ("说明", "explanation"),
    ("审定", "state.label"),
    ("来源事件", lambda name: "；".join(fact["origin"] or "" for fact in name.facts)),
]


def _tables(figures: Figures, mark: str) -> list[Table]:
    totals, tiers, dispatch = figures.totals, figures.tiers, figures.dispatch
    quality, until = figures.quality, f"截至{show_day(tiers.as_of)}"
    basis = f"截至{totals.as_of}；风险消除率以人数为准，同时列出户数"
    between = f"{dispatch.since}至{dispatch.as_of}；天数自首次交办起算"
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
