"""Tasks: what is open, for whom, until when. A task is a view of something open and no event.

A feature's room `tasks.py` says it, and the service lists the room's function:

    def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
        return [Task("签发本月名单", f"/unit/lists/{actor.place}", month.report_due, kind="sign")]

    SERVICE = Service(…, tasks=[lists.tasks, visits.tasks])

Each service answers `GET /<service>/api/tasks`; the front page merges what all of them answer, and
a service's own first page says how many more wait elsewhere (`door.Elsewhere`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from kit.actor import Actor


@dataclass(frozen=True)
class Task:
    """One thing somebody has to do. `href` leads to the page where it is done.

    `due` counts to its end; `provisional` (暂定) when it lies beyond the published calendar. `note`
    is Chinese, for people; `kind` is a stable code, for programs. `count`: how many things of the
    kind stand behind this one task. `objects`: the open rows behind it, as `kit.database.rows.named`
    calls them; each stands on exactly one owner's list. One that only urges others has none.
    """

    title: str
    href: str
    due: date | None = None
    note: str = ""
    kind: str = ""
    count: int | None = None
    urgent: bool = False
    provisional: bool = False
    objects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worklist:
    """One actor's open tasks in several services, the earliest due first; `silent`: titles of the
    services that did not answer, so that nobody takes the list for whole.
    """

    tasks: list[Task] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


TasksOf = Callable[[Session, Actor, date], list[Task]]
"""An actor's open tasks in one feature on a day."""


def merge(lists: Iterable[Iterable[Task]]) -> list[Task]:
    """One list: the earliest due first, of one day the urgent before the others, those without a
    day last.
    """
    tasks = [task for tasks in lists for task in tasks]
    return sorted(
        tasks,
        key=lambda task: (task.due or date.max, task.due is None, not task.urgent, task.title),
    )
