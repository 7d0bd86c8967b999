"""Agenda, notice, minutes and bulletin as files an office goes on with (D12, D13, D16)."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.documents import Table, document, workbook
from kit.errors import Conflict, Forbidden
from kit.web import show_day, show_month
from schemas.codes import Coded, Role
from services.county.models.bulletin import BulletinState, NameState
from services.county.models.meeting import (
    AgendaItem,
    DecisionKind,
    LineKind,
    MeetingState,
    Presence,
)
from services.county.queries import bulletin as bulletins
from services.county.queries import meeting as meetings
from services.county.queries.names import name_of
from services.county.rules.meeting import ages

TEMPLATES = Path(__file__).parent.parent / "docx"
NUMBERS = "一二三四五六七八九十"


class MeetingLetter(Coded):
    AGENDA = "agenda", "会议议程"
    ANNEX = "annex", "户名单(会后收回)"
    NOTICE = "notice", "会议通知"
    MINUTES = "minutes", "会议纪要"


def of_meeting(
    session: Session,
    meeting_id: str,
    letter: MeetingLetter,
    actor: Actor,
    on: date,
    department: str | None = None,
) -> bytes:
    """One of the meeting's letters as .docx; a department gets its own notice and nothing else."""
    meeting = meetings.meeting(session, meeting_id)
    if (
        actor.role in (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
        and letter is MeetingLetter.NOTICE
    ):
        department = actor.place
    elif actor.role not in (Role.COUNTY_CLERK, Role.COUNTY_LEADER):
        raise Forbidden("会议文书由牵头部门办理;部门可以下载自己的会议通知。")
    common = {
        "month": meeting.month,
        "on": meeting.on,
        "held_on": meeting.held_on or meeting.on,
        "place": meeting.place,
        "chair": meeting.chair,
        "office": meetings.office_name(session, on),
    }
    make = {
        MeetingLetter.AGENDA: lambda: _agenda(session, meeting),
        MeetingLetter.ANNEX: lambda: {"rows": meetings.annex(session, meeting_id)},
        MeetingLetter.NOTICE: lambda: _notice(session, meeting, department or ""),
        MeetingLetter.MINUTES: lambda: _minutes(session, meeting),
    }[letter]
    return document(TEMPLATES / f"{letter.value}.docx", common | make())


def _agenda(session: Session, meeting: Any) -> dict[str, Any]:
    lines = meetings.agenda(session, meeting.id)
    return {
        "sections": _sections(
            lines,
            lambda line: {
                "title": line.title,
                "text": line.text,
                "explanation": line.explanation,
                "explained_on": line.explained_on,
            },
        ),
        "ageing": [
            one | {"counts": [one["counts"][age] for age in ages()]} for one in meeting.ageing
        ],
        "date": show_day(meeting.refreshed_on),
    }


def _notice(session: Session, meeting: Any, department: str) -> dict[str, Any]:
    lines = [line for line in meetings.agenda(session, meeting.id) if line.department == department]
    if not lines:
        raise Conflict("这个部门没有议题,不用发通知。请选有议题的部门。")
    return {
        "department": name_of(session, department),
        "date": show_day(meeting.noticed_on or meeting.notice_on),
        "lines": [{"title": line.title, "text": line.text} for line in lines],
    }


def _minutes(session: Session, meeting: Any) -> dict[str, Any]:
    if meeting.state not in (MeetingState.HELD, MeetingState.ISSUED):
        raise Conflict("会议还没有召开,没有纪要。")
    decided = meetings.decisions(session, meeting.id)
    lines = [line for line in meetings.agenda(session, meeting.id) if line.id in decided]

    def shown(line: AgendaItem) -> dict[str, Any]:
        decision = decided[line.id]
        return {
            "title": line.title,
            "kind": DecisionKind(decision.kind).label,
            "decision": _ended(decision.text),
            "responsible": decision.responsible if decision.kind != DecisionKind.NOTED else "",
            "due": decision.due,
        }

    return {
        "sections": _sections(lines, shown),
        "signed_by": meeting.issued_by,
        "date": show_day(meeting.issued_on or meeting.held_on),
        "attendance": [
            {
                "unit": one.unit,
                "name": one.name,
                "post": one.post,
                "presence": Presence(one.presence).label,
                "stands_for": one.stands_for,
            }
            for one in meetings.attendance(session, meeting.id)
        ],
    }


def _ended(text: str) -> str:
    return text if text.endswith(("。", "!", "?", "!", "?")) else f"{text}。"


def _sections(lines: Sequence[AgendaItem], shown: Any) -> list[dict[str, Any]]:
    """The lines under their kinds' headings, numbered through as they are spoken of in the room."""
    numbered = list(enumerate(lines, start=1))
    grouped = [list(run) for _, run in groupby(numbered, key=lambda one: one[1].kind)]
    return [
        {
            "title": f"{_numeral(index)}、{LineKind(run[0][1].kind).label}",
            "lines": [{"number": number} | shown(line) for number, line in run],
        }
        for index, run in enumerate(grouped, start=1)
    ]


def _numeral(number: int) -> str:
    return (
        NUMBERS[number - 1]
        if number <= 10
        else f"十{NUMBERS[number - 11]}"
        if number < 20
        else str(number)
    )


def of_bulletin(session: Session, month: str, actor: Actor) -> bytes:
    """The bulletin as .docx: before it is issued, marked as a draft and with the names still
    open.
    """
    _may_take(session, month, actor)
    found = bulletins.bulletin(session, month)
    figures, issued = found.figures, found.state == BulletinState.ISSUED
    tiers, dispatch = figures["tiers"], figures["dispatch"]
    return document(
        TEMPLATES / "bulletin.docx",
        {
            "month": month,
            "mark": "" if issued else "(送审稿)",
            "cut_off": found.cut_off,
            "year": figures["totals"]["year"],
            "totals_on": date.fromisoformat(figures["totals"]["as_of"]),
            "all": figures["totals"]["all"],
            "categories": figures["totals"]["categories"],
            "tiers": tiers["summary"],
            "townships": [_township(row) for row in tiers["townships"]],
            "units": tiers["units"],
            "teams": tiers["teams"],
            "cases": tiers["cases"],
            "candidates": tiers["candidates"],
            "dispatch_since": date.fromisoformat(dispatch["since"]),
            "dispatch_until": date.fromisoformat(dispatch["as_of"]),
            "departments": [*dispatch["departments"], dispatch["all"]],
            "quality": figures["quality"],
            "office_rows": [_office(row) for row in figures["office"]],
            "named": list(_named(session, month, issued)),
            "demands": [line for line in found.demands.splitlines() if line.strip()],
            "office": meetings.office_name(session, found.drafted_on),
            "date": show_day(found.issued_on or found.drafted_on),
            "signed_by": found.issued_by,
            "sha256": found.sha256,
            "errata": [
                {"number": one.number, "on": one.on, "text": one.text}
                for one in bulletins.errata(session, month)
            ],
        },
    )


def _may_take(session: Session, month: str, actor: Actor) -> None:
    issued = bulletins.bulletin(session, month).state == BulletinState.ISSUED
    if not issued and actor.role not in bulletins.WHOLE:
        raise Forbidden("本期通报还没有签发。")


def _five(row: dict[str, Any]) -> str:
    return "/".join(str(row[key]) for key in ("expected", "on_time", "late", "missing", "nil"))


def _rate(row: dict[str, Any]) -> str:
    return f"{row['percent']}({row['part']}/{row['whole']})"


def _parts(row: dict[str, Any]) -> list[object]:
    return [row["part"], row["whole"], row["percent"]]


def _township(row: dict[str, Any]) -> dict[str, str]:
    own = row["own"]
    named = f"(签字时缺{row['named_missing']}个村)" if row["named_missing"] else ""
    return {
        "name": row["name"],
        "own": f"{own['label']}{named}" if own else "—",
        "villages": _five(row["villages"]),
        "village_rate": _rate(row["villages"]["on_time_rate"]),
        "groups": _five(row["groups"]),
        "group_rate": _rate(row["groups"]["on_time_rate"]),
    }


def _office(row: dict[str, Any]) -> str:
    if "late" in row:
        return f"{row['name']}超过时限{row['late']}件"
    return f"{row['month']} {row['name']}{row['label']}(期限{row['due']},完成{row['reported_on'] or '—'})"


def _named(session: Session, month: str, issued: bool) -> Iterable[dict[str, str]]:
    for name in bulletins.proposed_names(session, month):
        if name.state == NameState.APPROVED or (not issued and name.state == NameState.OPEN):
            yield {
                "label": name.label,
                "timeliness": bulletins.TIMELINESS[name.timeliness],
                "pending": "【待审定】" if name.state == NameState.OPEN else "",
                "facts": ";".join(fact["text"] for fact in name.facts),
                "responsible": ";".join(_person(one) for one in name.responsible),
                "explanation": name.explanation or "",
            }


def _person(one: dict[str, str]) -> str:
    return f"{one['level']}:{one['place']}{one['post']}{' ' + one['name'] if one['name'] else ''}"


def tables_of_bulletin(session: Session, month: str, actor: Actor) -> bytes:
    """The bulletin's figures as .xlsx, every rate as numerator, denominator and per cent."""
    _may_take(session, month, actor)
    found = bulletins.bulletin(session, month)
    figures, issued = found.figures, found.state == BulletinState.ISSUED
    tiers, dispatch, quality = figures["tiers"], figures["dispatch"], figures["quality"]
    mark = f"{show_month(month)}{'' if issued else '(送审稿)'}"
    until = f"截至{show_day(date.fromisoformat(tiers['as_of']))}"
    return workbook(
        [
            _totals(figures["totals"], mark),
            Table(
                f"{mark}三级监测网络",
                ["主体", *_reported_heads("")],
                [[row["label"], *_reported(row)] for row in tiers["summary"]],
                until,
            ),
            Table(
                f"{mark}乡镇",
                [
                    "乡镇",
                    "乡镇本级",
                    "签字时缺报村",
                    *_reported_heads("村:"),
                    *_reported_heads("组:"),
                ],
                [
                    [
                        row["name"],
                        row["own"]["label"] if row["own"] else "",
                        row["named_missing"],
                        *_reported(row["villages"]),
                        *_reported(row["groups"]),
                    ]
                    for row in tiers["townships"]
                ],
                until,
            ),
            Table(
                f"{mark}帮扶单位",
                [
                    "单位",
                    "上报",
                    "上报日期",
                    "内容",
                    "发现线索",
                    "应联系户",
                    "已联系户",
                    "未联系上户",
                    "联系率分子",
                    "联系率分母",
                    "联系率",
                ],
                [
                    [
                        row["name"],
                        row["label"],
                        row["reported_on"],
                        row["content_label"],
                        row["findings"],
                        row["required"],
                        row["contacted"],
                        row["unreached"],
                        *_parts(row["contact_rate"]),
                    ]
                    for row in tiers["units"]
                ],
                until,
            ),
            Table(
                f"{mark}督导组",
                ["督导组", "上报", "上报日期", "内容", "发现线索"],
                [
                    [
                        row["name"],
                        row["label"],
                        row["reported_on"],
                        row["content_label"],
                        row["findings"],
                    ]
                    for row in tiers["teams"]
                ],
                until,
            ),
            _dispatch(dispatch, mark),
            Table(
                f"{mark}数据质量",
                ["上报主体", "上报条数", "不在册,待核对", "要素不全", "未对应到户", "划去"],
                [
                    [
                        row["name"],
                        row["reported"],
                        row["not_on_register"],
                        row["incomplete"],
                        row["unmatched"],
                        row["struck_out"],
                    ]
                    for row in quality["reporters"]
                ],
                f"退回改正表格{quality['refused_sheets']}张、{quality['refused_cells']}处;补录{quality['entered_later']}件",
            ),
            Table(
                f"{mark}点名",
                ["对象", "情形", "事实", "责任人", "说明", "审定", "来源事件"],
                [
                    [
                        name.label,
                        bulletins.TIMELINESS[name.timeliness],
                        ";".join(fact["text"] for fact in name.facts),
                        ";".join(_person(one) for one in name.responsible),
                        name.explanation,
                        NameState(name.state).label,
                        ";".join(fact["origin"] or "" for fact in name.facts),
                    ]
                    for name in bulletins.proposed_names(session, month)
                    if not issued or name.state == NameState.APPROVED
                ],
            ),
        ]
    )


def _reported_heads(of: str) -> list[str]:
    heads = (
        "应报",
        "免报",
        "按时",
        "迟报",
        "未报",
        "零报告",
        "发现线索",
        "按时率分子",
        "按时率分母",
        "按时率",
    )
    return [f"{of}{head}" for head in heads]


def _reported(row: dict[str, Any]) -> list[object]:
    keys = ("expected", "exempt", "on_time", "late", "missing", "nil", "findings")
    return [*(row[key] for key in keys), *_parts(row["on_time_rate"])]


def _totals(totals: dict[str, Any], mark: str) -> Table:
    rows = [*totals["categories"], {"label": "合计"} | totals["all"]]
    counted = ("cumulative", "new_in_year", "new_in_month", "eliminated", "uneliminated")
    heads = [
        f"{name}{unit}"
        for name in ("累计", "本年新增", "本月新增", "已消除", "未消除")
        for unit in ("户", "人")
    ]
    rates = [
        "人数消除率分子",
        "人数消除率分母",
        "消除率(按人)",
        "户数消除率分子",
        "户数消除率分母",
        "消除率(按户)",
    ]
    return Table(
        f"{mark}监测对象",
        ["类别", *heads, *rates],
        [
            [
                row["label"],
                *(row[key][unit] for key in counted for unit in ("households", "persons")),
                *_parts(row["rate_by_persons"]),
                *_parts(row["rate_by_households"]),
            ]
            for row in rows
        ],
        f"截至{totals['as_of']};风险消除率以人数为准,同时列出户数",
    )


def _dispatch(figures: dict[str, Any], mark: str) -> Table:
    return Table(
        f"{mark}发点球",
        [
            "部门",
            "结转",
            "新交办",
            "按时签收",
            "应签收",
            "签收率",
            "按时反馈",
            "应反馈",
            "反馈率",
            "逾期未反馈",
            "逾期未解决",
            "退回",
            "办结",
            "在办",
            "天数合计",
            "件数",
            "平均工作日",
        ],
        [
            [
                row["name"],
                row["carried"],
                row["issued"],
                *_parts(row["accepted_on_time"]),
                *_parts(row["reported_on_time"]),
                row["unreported"],
                row["unsolved"],
                row["returned"],
                row["closed"],
                row["open"],
                row["days"]["total"],
                row["days"]["count"],
                row["days"]["average"],
            ]
            for row in [*figures["departments"], figures["all"]]
        ],
        f"{figures['since']}至{figures['as_of']};天数自首次交办起算",
    )
