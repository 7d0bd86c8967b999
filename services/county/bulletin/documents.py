"""Papers and workbooks an office goes on with."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day, show_month
from kit.documents import Table, document, workbook
from services.county.bulletin import queries
from services.county.bulletin.models import BulletinState, NameState
from services.county.bulletin.policy import policy
from services.county.documents import TEMPLATES
from services.county.meetings import queries as meetings_queries


def of_bulletin(session: Session, month: str, actor: Actor) -> bytes:
    """The bulletin as .docx: before it is issued, marked as a draft and with the names still
    open.
    """
    found = queries.bulletin(session, month)
    policy.require(actor, "bulletin_document", found)
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
            "office": meetings_queries.office_name(session, found.drafted_on),
            "date": show_day(found.issued_on or found.drafted_on),
            "signed_by": found.issued_by,
            "sha256": found.sha256,
            "errata": [
                {"number": one.number, "on": one.on, "text": one.text}
                for one in queries.errata(session, month)
            ],
        },
    )


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
    for name in queries.proposed_names(session, month):
        if name.state == NameState.APPROVED or (not issued and name.state == NameState.OPEN):
            yield {
                "label": name.label,
                "timeliness": name.timeliness.label,
                "pending": "【待审定】" if name.state == NameState.OPEN else "",
                "facts": ";".join(fact["text"] for fact in name.facts),
                "responsible": ";".join(_person(one) for one in name.responsible),
                "explanation": name.explanation or "",
            }


def _person(one: dict[str, str]) -> str:
    return f"{one['level']}:{one['place']}{one['post']}{' ' + one['name'] if one['name'] else ''}"


def tables_of_bulletin(session: Session, month: str, actor: Actor) -> bytes:
    """The bulletin's figures as .xlsx, every rate as numerator, denominator and per cent."""
    found = queries.bulletin(session, month)
    policy.require(actor, "bulletin_document", found)
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
                        name.timeliness.label,
                        ";".join(fact["text"] for fact in name.facts),
                        ";".join(_person(one) for one in name.responsible),
                        name.explanation,
                        name.state.label,
                        ";".join(fact["origin"] or "" for fact in name.facts),
                    ]
                    for name in queries.proposed_names(session, month)
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
