"""A service of two rooms: it says that a thing was counted, and counts what it hears."""

import os
import signal
import time
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Field, Session, SQLModel

from kit.database.migrations import chassis, revisions
from kit.deadlines import Due, Jobs
from kit.errors import Refused
from kit.messaging.inbox import Handlers
from kit.service import Service, own_registry
from schemas.event import Event


class Counted(Event, type="toy.thing.counted.v1", topic="backstop.toy", about="thing"):
    thing: str
    number: int


class Noted(Event, type="toy.thing.noted.v1", topic="backstop.toy", about="thing"):
    thing: str


class Shouted(Event, type="toy.thing.shouted.v1", topic="backstop.elsewhere", about="thing"):
    thing: str


class Table(SQLModel, registry=own_registry()):
    pass


class Tally(Table, table=True):
    """What was heard, in the order it was handled."""

    id: int | None = Field(default=None, primary_key=True)
    thing: str
    number: int


handlers, jobs = Handlers(), Jobs()


@handlers.on(Counted)
def counted(session: Session, event: Counted) -> None:
    if event.number < 0:
        raise Refused("小于零")
    session.add(Tally(thing=event.thing, number=event.number))
    if event.thing == "slow":
        session.flush()
        time.sleep(2)
    if event.thing == "frozen":
        session.flush()
        session.connection().exec_driver_sql("SELECT 1")
        if os.environ.get("TOY_MAY_FREEZE"):
            os.kill(os.getpid(), signal.SIGSTOP)  # in the middle of its transaction


@handlers.on_set(Noted)
def noted(session: Session, events) -> None:
    session.add_all(Tally(thing=event.thing, number=1000) for event in events)


@jobs.on("ring")
def ring(session: Session, due: Due) -> None:
    if due.about == "broken":
        raise ValueError("broken")
    session.add(Tally(thing=due.about, number=int(due.at.timestamp())))
    if due.about == "deadly" and os.environ.get("TOY_MAY_DIE"):
        session.flush()
        os.kill(os.getpid(), signal.SIGKILL)  # in the middle of firing


SERVICE = Service(
    name="toy",
    title="玩具",
    metadata=Table.metadata,
    folder=Path(__file__).parent,
    handlers=handlers,
    jobs=jobs,
)


def make_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        for revision in revisions():
            connection.execute(text(chassis(revision)))
        Table.metadata.create_all(connection)


def tallied(session: Session, thing: str) -> list[int]:
    rows = session.execute(
        text("SELECT number FROM tally WHERE thing = :thing ORDER BY id"), {"thing": thing}
    )
    return [row.number for row in rows]
