"""What the office has to ask and enter, and what townships have to re-check."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.casework.comparisons import queries
from services.casework.comparisons.models import ComparisonLine
from services.casework.comparisons.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    found: list[Task] = []
    if policy.may(actor, "ask_comparison"):
        if files := queries.to_ask(session, actor):
            found.append(
                Task("发出数据比对", "/casework/comparisons", kind="ask", count=len(files))
            )
        if lines := session.exec(queries.open_lines(actor)).all():
            days = [line.due_on for line in lines if line.due_on]
            found.append(_task("登记比对结果", "answer", lines, days))
    doubts = policy.may(actor, "recheck_doubt") and session.exec(queries.doubts(actor)).all()
    if doubts:
        days = [line.recheck_due for line in doubts if line.recheck_due]
        found.append(_task("复核比对疑点", "recheck", doubts, days))
    return found


def _task(title: str, kind: str, lines: Sequence[ComparisonLine], days: list[date]) -> Task:
    page = "/casework/doubts" if kind == "recheck" else "/casework/comparisons"
    objects = tuple(str(named(line)) for line in lines)
    return Task(title, page, min(days, default=None), kind=kind, count=len(lines), objects=objects)
