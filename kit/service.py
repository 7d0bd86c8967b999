"""What a service is made of. Knows no service and no rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Session

from kit.clock import Clock
from kit.deadlines import Jobs
from kit.inbox import Handlers
from kit.sheets import SheetKind
from kit.tasks import TasksOf

# Named by convention, or Alembic cannot drop them.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def own_registry() -> registry:
    """One registry a service: SQLModel's shared metadata would mix every service's tables."""
    return registry(metadata=MetaData(naming_convention=NAMING))


@dataclass(frozen=True)
class Service:
    """One service: its name (database, role, consumer group, URL prefix), its doors and what it
    hears.
    """

    name: str
    title: str  # what the shell's navigation prints
    metadata: MetaData
    folder: Path  # where templates/ and migrations/ lie
    handlers: Handlers
    jobs: Jobs
    routers: Sequence[APIRouter]
    hears: Sequence[str]  # topics
    prepare: Callable[
        [Session, Clock], None
    ]  # at every start: sets the first deadlines if there are none
    hears_pattern: str | None = None  # instead of `hears`: all topics that match
    sheets: Sequence[SheetKind] = field(default_factory=tuple)
    tasks: Sequence[TasksOf] = field(default_factory=tuple)  # from its features' rooms `tasks`
