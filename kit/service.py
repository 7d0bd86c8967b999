"""What a service is made of: a row of features, each a folder whose rooms are found by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Session

from kit.access.heard import hear
from kit.actor import Actor
from kit.behalf.tasks import behalf_tasks
from kit.clock import Clock
from kit.deadlines import Jobs
from kit.messaging.inbox import Handlers, names
from kit.sheets.sheet import SheetKind
from kit.tasks import Task, TasksOf, merge

# Named by convention, or Alembic cannot drop them.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
OF_OTHERS = ".others"  # ends the name of the group that reads what systems of others write
# What a feature's room may hold for its service.
ROOMS = {
    "models": None,
    "handlers": "handlers",
    "jobs": "jobs",
    "api": "router",
    "pages": "router",
    "sheets": "KINDS",
    "tasks": "tasks",
}


def own_registry() -> registry:
    """One registry a service: SQLModel's shared metadata would mix every service's tables."""
    return registry(metadata=MetaData(naming_convention=NAMING))


@dataclass(frozen=True)
class Record:
    """What people call the rows of a table, or what a column of that name leads to; `page`: where
    one is shown, with {} for its key.
    """

    title: str
    page: str = ""


@dataclass(frozen=True)
class Service:
    """One service: its name (database, role, consumer group, URL prefix), its doors and its work."""

    name: str
    title: str  # what the shell's navigation prints
    metadata: MetaData
    folder: Path  # where migrations/ lies
    handlers: Handlers
    jobs: Jobs
    routers: Sequence[APIRouter] = ()
    templates: Sequence[Path] = ()  # folders
    sheets: Sequence[SheetKind] = ()
    tasks: Sequence[TasksOf] = ()
    prepare: Sequence[Callable[[Session, Clock], None]] = ()  # at every start: first deadlines
    records: Mapping[str, Record] = field(default_factory=dict)  # for the audit, by table
    deeds: Mapping[str, str] = field(default_factory=dict)  # what no policy names, in words

    def record_of(self, name: str) -> Record:
        """What a row named `table:key` is called."""
        return self.records.get(name.partition(":")[0], Record("记录"))

    def page_of(self, name: str) -> str | None:
        """Where it is shown; None where it is not."""
        page = self.record_of(name).page
        return page.format(quote(name.partition(":")[2])) if page else None

    def open_tasks(self, session: Session, actor: Actor, on: date) -> list[Task]:
        """The actor's, of all features: each of the service's doors shows this one list."""
        for_others = behalf_tasks(session, actor, on, self.name)
        return merge([*(tasks_of(session, actor, on) for tasks_of in self.tasks), for_others])

    @property
    def hears(self) -> list[str]:
        """All topics that it reads; a department's as `backstop.department.{…}…`."""
        return self.heard_of_ours + self.heard_of_others

    @property
    def heard_of_ours(self) -> list[str]:
        """The topics of the events it handles, on which only our own services write."""
        return sorted(set(self.handlers.topics.values()))

    @property
    def heard_of_others(self) -> list[str]:
        """Those at its borders, on which systems that are not ours write, one topic each."""
        return sorted(border.topic for border in self.handlers.borders)


def pattern(topics: Iterable[str]) -> str:
    """It matches the names of just these topics."""
    return "|".join(map(names, topics))


def assemble(declared: ModuleType) -> Service:
    """The service whose `service` module is `declared`: it names itself, its tables' base and its
    FEATURES, the folders beside it; each feature's rooms are taken up as they are found.
    """
    package = declared.__name__.rpartition(".")[0]
    folder = Path(declared.__file__ or "").parent
    rooms, prepare = _rooms(package, declared.FEATURES)
    return Service(
        name=declared.NAME,
        title=declared.TITLE,
        metadata=declared.Table.metadata,
        folder=folder,
        handlers=_handlers(declared, rooms["handlers"]),
        jobs=Jobs.together([Jobs.of(import_module(package)), *rooms["jobs"]]),
        routers=[
            _router(f"/{declared.NAME}/api", rooms["api"], tags=[declared.NAME]),
            _router(f"/{declared.NAME}", rooms["pages"], include_in_schema=False),
        ],
        templates=[
            *(folder / feature / "templates" for feature in declared.FEATURES),
            folder / "templates",
        ],
        tasks=rooms["tasks"],
        sheets=[kind for kinds in rooms["sheets"] for kind in kinds],
        prepare=prepare,
        records=getattr(declared, "RECORDS", {}),
        deeds=getattr(declared, "DEEDS", {}),
    )


def _handlers(declared: ModuleType, parts: Sequence[Handlers]) -> Handlers:
    """Its features', and what keeps who is at its door: each service knows that by itself."""
    handlers = Handlers.together(parts)
    handlers.begins = getattr(declared, "BEGINS", False)
    hear(handlers)
    return handlers


def _rooms(package: str, features: Iterable[str]) -> tuple[dict[str, list[Any]], list[Any]]:
    """What each kind of room holds for the service, of all its features; and what it prepares."""
    rooms: dict[str, list[Any]] = {room: [] for room in ROOMS}
    prepare = []
    for feature in features:
        for room, held in ROOMS.items():
            name = f"{package}.{feature}.{room}"
            if find_spec(name) is None:
                continue
            module = import_module(name)
            if held and hasattr(module, held):
                rooms[room].append(getattr(module, held))
            if room == "jobs" and hasattr(module, "prepare"):
                prepare.append(module.prepare)
    return rooms, prepare


def _router(prefix: str, parts: Sequence[APIRouter], **options: Any) -> APIRouter:
    router = APIRouter(prefix=prefix, **options)
    for part in parts:
        router.include_router(part)
    return router
