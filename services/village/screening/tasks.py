"""A group leader's one task: this month's screening."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.places import group_of


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = months_queries.latest_month(session, on)
    if group_of(actor) is None or month is None:
        return []
    row = months_queries.reporter(session, month.month, Reporter.GROUP, actor.place)
    if not row.expected:
        return []
    note = months_queries.reminded(session, month.month, Reporter.GROUP, actor.place)
    return [Task("本月摸排还没有报", "/village/", row.due, note, kind="report-group")]
