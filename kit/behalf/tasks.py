"""What stands on the lists: what was done in one's name, objections for the office above."""

from datetime import date, timedelta

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.behalf import table
from kit.tasks import Task

SHOWN = timedelta(days=31)  # who says nothing for so long lets it stand; the page keeps it


def behalf_tasks(session: Session, actor: Actor, on: date, service: str) -> list[Task]:
    """One line for all that was done in the actor's name, one for each objection he looks into."""
    places = directory.answers_for(session, actor)
    to, tasks = f"/{service}/behalf", []
    if count := table.unseen_count(session, actor, places, on - SHOWN):
        tasks.append(Task("有人代您办理，请看是不是您的意思", to, kind="behalf", count=count))
    for act in table.objected(session, actor, places):
        title = f"{act.name}对代办提出异议，请查实"
        tasks.append(
            Task(title, to, kind="objection", note=act.label, objects=(f"acted_for:{act.id}",))
        )
    return tasks
