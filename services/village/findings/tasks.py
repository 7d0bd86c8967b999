"""Findings that wait for their village's review, and urgent ones for their township's signature."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from services.village.findings.policy import policy
from services.village.findings.queries import to_review, urgent_unsigned
from services.village.months import queries as months_queries
from services.village.months.models import Month
from services.village.months.rules import Reporter


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = months_queries.latest_month(session, on)
    if month is None:
        return []
    if policy.may(actor, "review_finding") and actor.scope.kind is ScopeKind.VILLAGE:
        return _to_review(session, actor, month)
    return _urgent(session, actor) if policy.may(actor, "recheck_finding") else []


def _to_review(session: Session, actor: Actor, month: Month) -> list[Task]:
    waiting = to_review(session, month.month, actor.place)
    if not waiting:
        return []
    row = months_queries.reporter(session, month.month, Reporter.VILLAGE, actor.place)
    return [
        Task(
            f"审核摸排情况{len(waiting)}户",
            f"/village/villages/{actor.place}/{month.month}",
            row.due,
            kind="review-findings",
            count=len(waiting),
        )
    ]


def _urgent(session: Session, actor: Actor) -> list[Task]:
    return [
        Task(
            f"签发紧急情况：{finding.head_name}户",
            f"/village/findings/{finding.id}",
            finding.urgent_on,
            kind="sign-urgent",
            urgent=True,
        )
        for finding in urgent_unsigned(session, actor.scope.prefix or actor.place)
    ]
