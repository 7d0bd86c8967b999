"""The township's roster (乡镇汇总名单, N-08): its villages' households in one table, total, signature."""

from typing import Any

from sqlmodel import Session

from kit.dates import show_day, show_month
from kit.documents import Table
from kit.policy import mandates
from schemas.codes import Content
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries
from services.village.register.models import Household
from services.village.townships import queries

COLUMNS = (
    "序号",
    "村",
    "组",
    "户主姓名",
    "家庭人口",
    "农户类型",
    "易返贫（致贫）原因",
    "风险点",
    "需解决的相关事宜",
    "备注",
)


def roster(session: Session, township: str, month: str) -> Table:
    """Every household that the villages sent; those struck out on the way stay visible (GT-26)."""
    names = directory.names(session)
    findings = [
        finding
        for finding in findings_queries.findings(session, month, township[:9])
        if finding.supplement is not None
    ]
    known = register_queries.known_households(session, (finding.household for finding in findings))
    rows = [
        _line(number, names[finding.village], finding, known.get(finding.household))
        for number, finding in enumerate(findings, 1)
    ]
    return Table(
        title=f"{names[township]}{show_month(month)}防返贫监测汇总名单",
        columns=COLUMNS,
        rows=rows,
        note=f"填报单位：{names[township]}人民政府（盖章）",
        foot=[
            _total(findings),
            villages_in_words(session, township, month),
            *_signed(session, township, month),
        ],
    )


def _line(number: int, village: str, finding: Finding, known: Household | None) -> list[Any]:
    marks = (
        "紧急" if finding.urgent_on else "",
        "" if finding.on_register else "不在册，待核对",
        finding.struck_out or "",
        f"补充{finding.supplement}" if finding.supplement else "",
    )
    return [
        number,
        village,
        finding.group,
        finding.head_name,
        finding.size,
        known.stratum.label if known else "",
        finding.cause_labels,
        finding.risk_point,
        finding.matter,
        "；".join(mark for mark in marks if mark),
    ]


def _total(findings: list[Finding]) -> str:
    agreed = [finding for finding in findings if not finding.struck_out]
    persons = sum(finding.size or 0 for finding in agreed)
    struck = len(findings) - len(agreed)
    aside = f"；另有不同意上报{struck}户" if struck else ""
    unknown = sum(finding.size is None for finding in agreed)
    missing = f"（其中{unknown}户没有登记人口）" if unknown else ""
    return f"合计：同意上报{len(agreed)}户{persons}人{missing}{aside}。"


def villages_in_words(session: Session, township: str, month: str) -> str:
    """How many villages owed a list and what came of it: the figures of the month's page, and the
    exempt that reported all the same.
    """
    names = directory.names(session)
    rows = months_queries.reporters(session, month, Reporter.VILLAGE, township[:9])
    counts = months_queries.reported(rows)
    came = [row for row in rows if row.reported and row.exempt_on is None]
    nil = sum(row.content is Content.NIL for row in came)
    silent = [row.code for row in rows if row.expected]
    beside = [row.code for row in rows if row.reported and row.exempt_on]
    exempt = f"，免报{counts.exempt}个" if counts.exempt else ""
    exempt += f"（其中{names.all(beside)}也报了）" if beside else ""
    still = f"，没有报的{len(silent)}个：{names.all(silent)}" if silent else ""
    return f"应报的村{counts.expected}个{exempt}，已报{len(came)}个，其中零报告{nil}个{still}。"


def _signed(session: Session, township: str, month: str) -> list[str]:
    """Who signed, or room to sign."""
    signatures = queries.signatures(session, month, township)
    signer = register_queries.township(session, township)
    signed = [
        f"乡镇主要领导（签字）：{signature.by_name}　{show_day(signature.signed_on)}"
        f"{'（补充名单）' if signature.supplement else ''}{'（迟报）' if signature.late else ''}"
        f"{mandates.beside(session, signer, 'sign_township', signature.signed_on)}"
        for signature in signatures
    ]
    return signed or [
        "乡镇主要领导（签字）：____________　　审核人：____________　　____年____月____日"
    ]
