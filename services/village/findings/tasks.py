"""Findings that wait for their village's review or their township's second look, and urgent ones for
the head's signature; of every month.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from schemas.codes import Role
from services.village.findings.models import Finding
from services.village.findings.queries import urgent_unsigned, waiting
from services.village.findings.rules import Step
from services.village.months import queries as months_queries
from services.village.months.models import Month
from services.village.months.rules import called
from services.village.places import VILLAGE_CLERKS, inherited, owned
from services.village.service import behind


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    tasks = []
    if actor.role in VILLAGE_CLERKS:
        for village in owned(session, actor, ScopeKind.VILLAGE):
            tasks += _to_review(session, village, on, inherited(session, actor, village))
    for township in owned(session, actor, ScopeKind.TOWNSHIP):
        of = inherited(session, actor, township)
        if actor.role is Role.TOWNSHIP_CLERK:
            tasks += _to_recheck(session, township, on, of)
        elif actor.role is Role.TOWNSHIP_HEAD:
            tasks += _urgent(session, township, of)
    return tasks


def _to_review(session: Session, village: str, on: date, of: str) -> list[Task]:
    return [
        Task(
            f"{of}审核{called(month.month, on)}摸排发现的{len(findings)}户",
            f"/village/villages/{village}/{month.month}",
            month.village_due,
            kind="review-findings",
            count=len(findings),
            objects=behind(findings),
        )
        for month, findings in _by_month(session, waiting(session, village, Step.REVIEW))
    ]


def _to_recheck(session: Session, township: str, on: date, of: str) -> list[Task]:
    return [
        Task(
            f"{of}复核{called(month.month, on)}各村上报的{len(findings)}户",
            f"/village/townships/{township}/{month.month}",
            month.township_due,
            kind="recheck-findings",
            count=len(findings),
            urgent=any(finding.urgent_on for finding in findings),
            objects=behind(findings),
        )
        for month, findings in _by_month(session, waiting(session, township[:9], Step.RECHECK))
    ]


def _urgent(session: Session, township: str, of: str) -> list[Task]:
    return [
        Task(
            f"{of}签发紧急情况：{finding.head_name}户",
            f"/village/findings/{finding.id}",
            finding.urgent_on,
            kind="sign-urgent",
            urgent=True,
            objects=behind([finding]),
        )
        for finding in urgent_unsigned(session, township[:9])
    ]


def _by_month(session: Session, findings: Sequence[Finding]) -> list[tuple[Month, list[Finding]]]:
    months = groupby(findings, key=lambda finding: finding.month)
    return [
        (months_queries.month_named(session, month), list(of_month)) for month, of_month in months
    ]
