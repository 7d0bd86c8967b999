"""What waits for a township's head: the month's sign-off, and every list that is not signed."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from schemas.codes import Role
from services.village.findings.models import Finding
from services.village.findings.queries import waiting
from services.village.findings.rules import Step
from services.village.lists.models import VillageList
from services.village.lists.queries import unsigned
from services.village.months import queries as months_queries
from services.village.months.models import ReporterMonth
from services.village.months.rules import Reporter, called
from services.village.places import inherited, owned
from services.village.service import behind
from services.village.townships.queries import urgent_in


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.TOWNSHIP_HEAD:
        return []
    townships = owned(session, actor, ScopeKind.TOWNSHIP)
    return [
        task
        for township in townships
        for task in _of_township(session, township, on, inherited(session, actor, township))
    ]


def _of_township(session: Session, township: str, on: date, of: str) -> list[Task]:
    owed = {row.month: row for row in months_queries.owed(session, Reporter.TOWNSHIP, township, on)}
    lists: dict[str, list[VillageList]] = {month: [] for month in owed}
    for sent in unsigned(session, township):
        lists.setdefault(sent.month, []).append(sent)
    rechecked = waiting(session, township[:9], Step.SIGNATURE)
    return [
        _sign(session, township, month, owed.get(month), lists[month], rechecked, on, of)
        for month in sorted(lists)
    ]


def _sign(
    session: Session,
    township: str,
    month: str,
    row: ReporterMonth | None,
    lists: Sequence[VillageList],
    rechecked: Sequence[Finding],
    on: date,
    of: str,
) -> Task:
    urgent = urgent_in(session, lists)
    due = months_queries.month_named(session, month).township_due
    state = f"{len(lists)}份" if lists else "（还没有收到名单）"
    return Task(
        f"{of}签发{called(month, on)}村级名单{state}",
        f"/village/townships/{township}/{month}",
        min([due, *(finding.urgent_on for finding in urgent if finding.urgent_on)]),
        months_queries.reminded(session, month, Reporter.TOWNSHIP, township) if row else "",
        kind="sign-lists",
        count=len(lists) or None,
        urgent=bool(urgent),
        objects=behind(
            [
                *([row] if row else []),
                *lists,
                *(finding for finding in rechecked if finding.month == month),
            ]
        ),
    )
