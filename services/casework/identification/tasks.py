"""Files that wait for somebody, as their table says; acts by list are one task a step and village."""

from datetime import date

from sqlmodel import Session, func, select

from kit.actor import Actor
from kit.tasks import Task
from services.casework.identification import queries
from services.casework.identification.models import Identification
from services.casework.identification.policy import policy
from services.casework.identification.rules import BY_LIST, STEP_PAGES


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    owed = queries.owed_by(session, actor, on)
    names = {line.file.id: line for line in queries.lines(session, [file for file, _ in owed], on)}
    groups: dict[str, list[tuple[Identification, Task]]] = {}
    for file, task in owed:
        together = f"{file.state}/{task.note}" if file.state in BY_LIST else file.id
        groups.setdefault(together, []).append((file, task))
    return [*(_task(group, names) for group in groups.values()), *_earlier(session, actor)]


def _task(group: list[tuple[Identification, Task]], names: dict[str, queries.Line]) -> Task:
    """Of one file, or of all that an act by list takes."""
    (file, first), line = group[0], names[group[0][0].id]
    listed = file.state in BY_LIST
    board = f"/casework/files?state={file.state}"
    days = [task.due for _, task in group if task.due]
    return Task(
        file.state.label if listed else f"{line.village} {line.head_name}",
        STEP_PAGES.get(file.state, board) if listed else first.href,
        min(days, default=None),
        first.note,
        kind=str(file.state),
        count=len(group) if listed else None,
        urgent=any(task.urgent for _, task in group),
        provisional=any(task.provisional for _, task in group),
        objects=tuple(name for _, task in group for name in task.objects),
    )


def _earlier(session: Session, actor: Actor) -> list[Task]:
    """What was verified before the change waits for a decision, by no day."""
    if not policy.may(actor, "decide_earlier_case"):
        return []
    statement = queries.earlier(actor)
    count = session.exec(select(func.count()).select_from(statement.subquery())).one()
    title = "决定启用前已核实的线索是否建档"
    return [Task(title, "/casework/earlier", kind="earlier", count=count)] if count else []
