"""A village's list of a month, and what was found after it; of every month."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.findings.queries import waiting
from services.village.findings.rules import Step
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter, called
from services.village.places import VILLAGE_CLERKS, inherited, owned
from services.village.service import behind


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """Of whoever answers for the village; others only enter what it sent on paper."""
    if actor.role not in VILLAGE_CLERKS:
        return []
    villages = owned(session, actor, ScopeKind.VILLAGE)
    return [
        task
        for village in villages
        for task in _of_village(session, village, on, inherited(session, actor, village))
    ]


def _of_village(session: Session, village: str, on: date, of: str) -> list[Task]:
    owed = {row.month: row for row in months_queries.owed(session, Reporter.VILLAGE, village, on)}
    unsent: dict[str, list[Finding]] = {month: [] for month in owed}
    for finding in waiting(session, village, Step.LIST):
        unsent.setdefault(finding.month, []).append(finding)
    tasks = []
    for month, findings in sorted(unsent.items()):
        row = months_queries.reporter(session, month, Reporter.VILLAGE, village)
        gone = len(findings_queries.unsent(session, month, village)) - len(findings)
        tasks.append(
            Task(
                of + _title(called(month, on), len(findings), gone, sent=row.reported),
                f"/village/villages/{village}/{month}",
                row.due,
                months_queries.reminded(session, month, Reporter.VILLAGE, village),
                kind="submit-supplement" if row.reported else "submit-list",
                objects=behind([*([row] if month in owed else []), *findings]),
            )
        )
    return tasks


def _title(month: str, findings: int, gone: int, *, sent: bool) -> str:
    """`gone`: what the list names though it is at the township or the county already, or waits for
    the review.
    """
    if sent:
        return f"补充上报{month}新增的{findings}户"
    if findings:
        return f"上报{month}名单（{findings}户）"
    if gone:
        return f"上报{month}名单"
    return f"上报{month}名单（没有情况报零报告）"
