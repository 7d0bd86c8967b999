"""The office's own dates, among all the others': joint meeting and bulletin."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Timeliness
from services.county.reporters import queries
from services.county.reporters.models import Duty
from services.county.reporters.policy import policy

PAGES = {Duty.MEETING: "/county/meetings?month={}", Duty.BULLETIN: "/county/bulletins/{}"}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "own_dates"):
        return []
    return [
        Task(
            f"{int(row.month[5:])}月{Duty(row.code).label}",
            PAGES[Duty(row.code)].format(row.month),
            row.due,
            "已超期" if row.timeliness is Timeliness.MISSING else "",
        )
        for row in queries.own_dates(session, *PAGES)
    ]
