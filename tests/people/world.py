"""The services at work on a real PostgreSQL without a broker: what their outboxes hold is handed
over here, in order, to each consumer's own inbox; deadlines fire by the test's clock.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from random import Random
from typing import Any, TypeVar

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine

from backstop.services import NAMES, service_named
from kit import ids
from kit.actor import Actor
from kit.clock import ZONE, SimulatedClock, local_date
from kit.database.sessions import make_sessions
from kit.messaging.inbox import Envelope
from kit.messaging.kafka import KafkaLogin
from kit.runtime import Runtime
from kit.seal import Keyring
from kit.tasks import Task
from rulebook.book import Book
from schemas.event import Event
from services.county.organisation import commands as county_organisation
from services.dispatch.departments import commands as departments
from services.unit.organisation import commands as unit_organisation
from services.village.register import commands as register
from tests.people import county

T = TypeVar("T")
NOBODY = KafkaLogin("nowhere", "", "")  # nothing is sent to a broker
OUTBOX = """SELECT seq, CAST(id AS text) AS id, aggregatetype, type, payload
    FROM outbox WHERE seq > %(after)s ORDER BY seq"""
PEOPLE = "|".join((*county.NAMES.values(), *county.STRANGERS, county.WITNESS))
PERSONAL = re.compile(rf"{PEOPLE}|1600000\d{{4}}|99\d{{15}}[\dX]")
NEXT = "SELECT min(at) AS at FROM deadline WHERE fired_at IS NULL AND error IS NULL"
PLANNED_ONCE = "SET plan_cache_mode = force_generic_plan; SET jit = off"  # half of the run
# What a county's first day left is kept beside the tables, and put back before the next example.
TABLES = """SELECT oid::regclass FROM pg_class WHERE relkind = 'r'
    AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"""
KEEP = f"""DROP SCHEMA IF EXISTS first_day CASCADE; CREATE SCHEMA first_day;
    DO $$ DECLARE name text; BEGIN FOR name IN {TABLES}
    LOOP EXECUTE 'CREATE TABLE first_day.' || name || ' AS TABLE ' || name; END LOOP; END $$"""
# `replica`: without foreign keys and the triggers that keep the audit and wake a relay.
PUT_BACK = f"""SET LOCAL session_replication_role = replica;
    DO $$ DECLARE name text; BEGIN FOR name IN {TABLES}
    LOOP EXECUTE 'DELETE FROM ' || name;
        EXECUTE 'INSERT INTO ' || name || ' OVERRIDING SYSTEM VALUE TABLE first_day.' || name;
    END LOOP; END $$"""


class Mint:
    """Ids from a seed and the county's clock (kit/ids.py): a story is the same when it is played
    again; several come in one millisecond, in any order.
    """

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock, self.chance, self.passed = clock, Random(0), 0
        ids.os = ids.time = self  # type: ignore[assignment]  # its clock and its chance alone

    def begin(self, number: int) -> None:
        self.chance, self.passed = Random(number), 0

    def urandom(self, size: int) -> bytes:
        return self.chance.randbytes(size)

    def time_ns(self) -> int:
        self.passed += self.chance.randint(0, 1)
        return (int(self.clock().timestamp() * 1_000) + self.passed) * 1_000_000


class World:
    """One county, its services and its clock. `heard`: the events since the first day, in the order
    in which they were handed over; `changes`: how often something was written, by service.
    """

    def __init__(
        self, engines: Mapping[str, Engine], keyring: Keyring, book: Book, first_day: date
    ) -> None:
        self.first_day, self.clock = first_day, SimulatedClock(at(first_day, 1))
        self.mint = Mint(self.clock)
        self.runtimes = {
            name: self._runtime(name, engine, keyring, book) for name, engine in engines.items()
        }
        self._eyes = {name: _eye(engine) for name, engine in engines.items()}
        self.order: Sequence[str] = NAMES  # whose topic is read first
        self.heard: list[Event] = []
        self.leaks: list[str] = []  # events with somebody's name, number or telephone in clear
        self.spoken = 0  # events with words of people, sealed
        self.changes = Counter[str]()
        self._after = dict.fromkeys(NAMES, 0)
        self._talking = set[str]()  # services that may have something to say
        self._begin()

    def _runtime(self, name: str, engine: Engine, keyring: Keyring, book: Book) -> Runtime:
        """On one connection, which is never asked whether it lives: nobody ends it."""
        connection: Any = engine.connect()
        connection.exec_driver_sql(PLANNED_ONCE)
        connection.commit()
        driver = connection.connection.driver_connection
        driver.prepared_max, driver.prepare_threshold = 5_000, 1
        return Runtime(
            service_named(name),
            engine=engine,
            sessions=make_sessions(connection, keyring, county.COUNTY, book=book),
            dsn="",
            kafka=NOBODY,
            clock=self.clock,
            county=county.COUNTY,
            every=None,
        )

    def _begin(self) -> None:
        """Organisation and register, the first month open; kept for all examples."""
        on, office = self.first_day, county.CLERK
        self.do("village", register.name_divisions, county.DIVISIONS, actor=office)
        self.do("village", register.name_groups, county.GROUP_DRAFTS, actor=office)
        self.do("village", register.register_households, county.REGISTER, actor=office, on=on)
        self.do("county", county_organisation.enter_teams, county.TEAMS, actor=office)
        self.do("unit", unit_organisation.name_units, county.UNIT_ROWS, actor=office)
        self.do("unit", unit_organisation.name_helpers, county.HELPER_ROWS, actor=office)
        self.do(
            "dispatch", departments.name_departments, county.DEPARTMENT_ENTRIES, actor=county.CLERK
        )
        self.deliver()
        self.do(
            "unit", unit_organisation.assign_households, county.ASSIGNMENTS, actor=office, on=on
        )
        self.deliver()
        for runtime in self.runtimes.values():
            with runtime.sessions.begin() as session:
                for prepare in runtime.service.prepare:
                    prepare(session, self.clock)
        self.until(at(on, 2))
        for runtime in self.runtimes.values():
            with runtime.engine.begin() as connection:
                connection.exec_driver_sql(KEEP)
        self._kept = dict(self._after), tuple(self.heard)

    def reset(self, number: int) -> None:
        """The first day's morning again; ids from `number` on."""
        for runtime in self.runtimes.values():
            with runtime.engine.begin() as connection:
                connection.exec_driver_sql(PUT_BACK)
        after, heard = self._kept
        self._after, self.heard = dict(after), list(heard)
        self.clock.set(at(self.first_day, 3))
        self.mint.begin(number)
        self._talking.clear()
        self.order = NAMES

    @property
    def today(self) -> date:
        return local_date(self.clock())

    def do(self, service: str, command: Callable[..., T], *args: Any, **more: Any) -> T:
        """A command, as a door runs it: one transaction."""
        with self.runtimes[service].sessions.begin() as session:
            answer = command(session, *args, **more)
        self._wrote(service)
        return answer

    def _wrote(self, service: str) -> None:
        self.changes[service] += 1
        self._talking.add(service)

    def ask(self, service: str, statement: str, **values: Any) -> list[Any]:
        """Rows as they stand, beside all sessions. `statement` names its values as %(month)s."""
        return self._eyes[service].execute(statement, values or None).fetchall()

    def deliver(self) -> None:
        """Hand over until nobody has anything to say."""
        while self._talking:
            for name in self.order:
                if name in self._talking:
                    self._talking.discard(name)
                    self._hand_over(name)

    def _hand_over(self, publisher: str) -> None:
        source = self.runtimes[publisher].source
        rows = self.ask(publisher, OUTBOX, after=self._after[publisher])
        if not rows:
            return
        self._after[publisher] = rows[-1].seq
        self.leaks += [f"{row.type}: {row.payload}" for row in rows if PERSONAL.search(row.payload)]
        said = [Event.known[row.type].model_validate_json(row.payload) for row in rows]
        self.heard += said
        self.spoken += sum(bool(getattr(event, "words", None)) for event in said)
        envelopes = [
            Envelope(source, row.id, row.type, row.payload.encode(), row.aggregatetype)
            for row in rows
        ]
        for name in self.order:
            consumer = self.runtimes[name]
            concern = [one for one in envelopes if one.type in consumer.service.handlers.types]
            if concern:
                with consumer.sessions.begin() as session:
                    session.info["now"] = self.clock()
                    consumer.service.handlers.apply(session, concern)
                self._wrote(name)

    def until(self, moment: datetime) -> None:
        """Let time pass: every deadline fires at its own moment, and is heard everywhere before the
        next.
        """
        self.deliver()
        while due := {name: next_ for name, next_ in self._next() if next_ <= moment}:
            self.clock.set(max(min(due.values()), self.clock()))
            for name, next_ in due.items():
                if next_ <= self.clock():
                    self.runtimes[name].fire(self.clock())
                    self._wrote(name)
            self.deliver()
        self.clock.set(max(moment, self.clock()))

    def _next(self) -> Iterator[tuple[str, datetime]]:
        for name in NAMES:
            if (next_ := self.ask(name, NEXT)[0].at) is not None:
                yield name, next_

    def failed(self) -> list[str]:
        """Deadlines that raised."""
        return [
            f"{name}: {row.name} about {row.about}: {row.error}"
            for name in NAMES
            for row in self.ask(name, "SELECT * FROM deadline WHERE error IS NOT NULL")
        ]

    def tasks(self, service: str, actors: Sequence[Actor]) -> dict[Actor, list[Task]]:
        """What each finds on the list of this service."""
        with self.runtimes[service].sessions() as session:
            return {
                actor: [
                    task
                    for tasks_of in self.runtimes[service].service.tasks
                    for task in tasks_of(session, actor, self.today)
                ]
                for actor in actors
            }


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def _eye(engine: Engine) -> psycopg.Connection[Any]:
    """A connection that only looks."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, row_factory=namedtuple_row)
