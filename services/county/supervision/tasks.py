"""The months that a team has not reported yet."""

from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role, Timeliness
from services.county.reporters.models import ReporterMonth
from services.county.supervision import queries


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """A team's own, and of teams that ended and came to it; without a successor to the office."""
    if actor.role not in (Role.SUPERVISOR, Role.COUNTY_CLERK):
        return []
    teams = directory.answers_for(session, actor, DirectoryKind.TEAM)
    return [
        Task(
            f"上报{int(row.month[5:])}月督导情况",
            f"/county/supervision/{team}?month={row.month}",
            due,
            _note(row),
            kind="report",
        )
        for team in teams
        for row, due in queries.unreported(session, team)
    ]


def _note(row: ReporterMonth) -> str:
    if row.timeliness is Timeliness.MISSING:
        return "未报"
    return "县里已提醒" if row.reminded_on else ""
