"""One question to every service's audit."""

import getpass
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.cli.databases import sessions_of
from backstop.services import every_service
from kit import audit
from kit.actor import SYSTEM, Actor
from kit.app import deeds_of
from kit.audit import reading
from kit.audit.naming import deed_called
from kit.audit.views import ROLES, Line, lines
from kit.clock import system_clock
from kit.errors import NotFound
from kit.service import Service

Databases = Mapping[str, sessionmaker[Session]]  # by service


@dataclass(frozen=True)
class Unnamed:
    """Looks at lists, or workbooks, too long to name each row: the household may stand in them."""

    service: Service
    account: str
    role: str
    deed: str
    kind: audit.Kind
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Seen:
    """`lines`: of each service what names the household or what belongs to it, newest first."""

    household: str
    lines: Sequence[tuple[Service, Line]]
    unnamed: Sequence[Unnamed]


@contextmanager
def every_database(home: Path) -> Iterator[Databases]:
    """Sessions at every service's own database."""
    with ExitStack() as stack:
        yield {
            service.name: stack.enter_context(sessions_of(service, home))
            for service in every_service()
        }


def operator() -> Actor:
    """Who sits at the server: his login there, for a command knows no account."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        login = str(os.getuid())
    return replace(SYSTEM, account=f"server-{login}")


def seen(databases: Databases, words: str) -> Seen:
    """Who saw or handled a household's record. `words`: its number or id; `NotFound` where no
    service has it.
    """
    household = the_one(databases, "household", words, "没有编号是“{words}”的农户，请核对。")
    told = list[tuple[Service, Line]]()
    unnamed = list[Unnamed]()
    for service in every_service():
        if "household" not in service.records:
            continue  # access keeps accounts: nobody sees a household there
        with databases[service.name].begin() as session:
            rows = concerned(session, service, [household])
            told += [(service, line) for line in lines(session, service, deeds_of(service), rows)]
            unnamed += _unnamed(session, service)
            objects = [f"household:{household}"]
            keep(session, "audit_seen", audit.Kind.READ, *objects)
    return Seen(household, sorted(told, key=lambda one: one[1].at, reverse=True), unnamed)


def the_one(databases: Databases, record: str, words: str, otherwise: str) -> str:
    """The id of the one record that is called so in any service."""
    for service in every_service():
        with databases[service.name].begin() as session:
            tables = service.metadata
            ids = reading.ids_of(session, tables, [record], words)
            there = reading.named([record], ids).intersection(
                reading.concerning(session, tables, [record], ids)
            )
            if there:
                return next(iter(there)).partition(":")[2]
    raise NotFound(otherwise.format(words=words))


def concerned(session: Session, service: Service, ids: Collection[str]) -> Sequence[Any]:
    """The audit's rows that name what stands under these ids or belongs to it, oldest first."""
    known = service.records
    objects = reading.named(known, ids).union(
        reading.concerning(session, service.metadata, known, ids)
    )
    ordered = reading.rows(objects).order_by(reading.AUDIT.c.at, reading.AUDIT.c.id)
    return session.execute(ordered).all()


def keep(session: Session, deed: str, kind: audit.Kind, *objects: str) -> None:
    audit.note(session, system_clock(), deed, operator(), *objects, kind=kind)


def _unnamed(session: Session, service: Service) -> Iterator[Unnamed]:
    deeds = deeds_of(service)
    for row in session.execute(reading.unnamed_lists()):
        role, deed = ROLES.get(row.role, row.role), deed_called(deeds, row.deed, row.kind)
        kind = audit.Kind(row.kind)
        yield Unnamed(service, row.account, role, deed, kind, row.times, row.first, row.last)
