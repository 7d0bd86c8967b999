"""The months that a team has not reported yet, and what it has noted and not reported."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role, Timeliness
from services.county.months.models import Month
from services.county.reporters.models import ReporterMonth
from services.county.supervision import queries
from services.county.supervision.models import SupervisionDraft


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """One a month and team: the report that is owed with what was noted for it, or a supplement. A
    team's own, and of teams that ended and came to it; without a successor to the office.
    """
    if actor.role not in (Role.SUPERVISOR, Role.COUNTY_CLERK):
        return []
    teams = directory.answers_for(session, actor, DirectoryKind.TEAM)
    return [task for team in teams for task in _of_team(session, team)]


def _of_team(session: Session, team: str) -> list[Task]:
    owed = {row.month: (row, due) for row, due in queries.unreported(session, team)}
    noted: dict[str, list[SupervisionDraft]] = {}
    for draft in queries.noted(session, team):
        noted.setdefault(draft.month, []).append(draft)
    return [_report(row, due, noted.pop(month, []), team) for month, (row, due) in owed.items()] + [
        _supplement(session, month, drafts, team) for month, drafts in noted.items()
    ]


def _report(row: ReporterMonth, due: date, drafts: Sequence[SupervisionDraft], team: str) -> Task:
    return Task(
        f"上报{int(row.month[5:])}月督导情况",
        f"/county/supervision/{team}?month={row.month}",
        due,
        _note(row),
        kind="report",
        objects=tuple(str(named(open_row)) for open_row in (row, *drafts)),
    )


def _supplement(
    session: Session, month: str, drafts: Sequence[SupervisionDraft], team: str
) -> Task:
    """Noted after the month's report, or after nobody waits for it any more: it must not be lost."""
    opened = session.get(Month, month)
    return Task(
        f"补报{int(month[5:])}月记下的{len(drafts)}户",
        f"/county/supervision/{team}?month={month}",
        opened.supervision_due if opened else None,
        kind="report",
        count=len(drafts),
        objects=tuple(str(named(draft)) for draft in drafts),
    )


def _note(row: ReporterMonth) -> str:
    if row.timeliness is Timeliness.MISSING:
        return "未报"
    return "县里已提醒" if row.reminded_on else ""
