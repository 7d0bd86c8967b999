"""What was reported, of every month, and what became of it (F-08)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.searching import name_has
from kit.dates import show_month
from kit.forms import field
from kit.lists import Asking, Column, Listing
from rulebook.months import AnyYearMonth
from services.village import directory
from services.village.findings.models import Finding
from services.village.findings.policy import policy
from services.village.findings.rules import Stage
from services.village.outcomes import queries as outcomes_queries


class ReportedFilter(Asking):
    month: AnyYearMonth = field("月份", "")
    q: str | None = field("户主姓名", None, max_length=100)


@dataclass(frozen=True)
class ReportedLine:
    finding: Finding
    place: str
    state: str


REPORTED = Listing[ReportedLine](
    [
        Column(
            "month", "月份", lambda line: show_month(line.finding.month), sort=col(Finding.month)
        ),
        Column(
            "head_name",
            "户主",
            lambda line: line.finding.head_name,
            sort=col(Finding.head_name),
            href=lambda line: f"/village/findings/{line.finding.id}",
        ),
        Column("state", "现在到了哪一步"),
        Column("place", "村组"),
        Column("causes", "原因", lambda line: line.finding.cause_labels),
    ],
    order=[col(Finding.month).desc(), Finding.village, col(Finding.group), Finding.id],
)


def reported(actor: Actor, asked: ReportedFilter) -> SelectOfScalar[Finding]:
    """A statement: what the actor may see of what was reported, taken back or not."""
    q = "".join((asked.q or "").split())
    return select(Finding).where(
        policy.visible(actor, "finding", Finding),
        Finding.month == asked.month if asked.month else true(),
        name_has(col(Finding.head_name), q) if q else true(),
    )


def lines(session: Session, findings: Sequence[Finding]) -> list[ReportedLine]:
    names, fates = directory.names(session), outcomes_queries.fates_of(session, findings)
    return [
        ReportedLine(
            finding,
            f"{names.full(finding.village)}{finding.group + '组' if finding.group else ''}",
            state_of(finding, fates[finding.id]),
        )
        for finding in findings
    ]


def state_of(finding: Finding, fates: Sequence[outcomes_queries.Fate]) -> str:
    """Its end, or how far it has come."""
    if end := outcomes_queries.end_of(finding, fates):
        return end[1]
    if steps := [step for fate in fates for step in fate.steps]:
        return steps[-1][1]
    if finding.stage is Stage.AT_COUNTY:
        return "已报县，等县里核实"
    return finding.waits_for.label if finding.waits_for else finding.stage.label
