"""A county with its departments and divisions, and one verified case after another."""

import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import count
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.departments import Credentials, add_department
from backstop.engines import Engines, ensure_topics, shut_out_user
from backstop.services import service_named
from kit.actor import Actor
from kit.clock import ZONE, SimulatedClock
from kit.deadlines import FIRE, Due
from kit.messaging.inbox import BY_BROKER
from kit.messaging.kafka import KafkaLogin
from kit.messaging.outbox import emitted
from kit.runtime import Runtime
from kit.seal import seal
from rulebook.ids import make_id
from schemas.codes import DEPARTMENTS, GapItem, RiskCause, Role
from schemas.county import CaseVerified
from schemas.event import Event
from schemas.values import Need, NeedWords
from services.dispatch.departments import commands as departments_commands
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.issuing import commands as issuing_commands
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order

COUNTY, VILLAGE = "990121000000", "990121100201"
CAME = int(datetime(2026, 9, 2, 9, tzinfo=ZONE).timestamp() * 1000)  # by the broker's clock


@pytest.fixture
def office() -> Actor:
    return Actor("office", "王敏", Role.COUNTY_CLERK, COUNTY)


@pytest.fixture
def colleague() -> Actor:
    """The office's second clerk: who entered a reply or looked himself does not close (G-14)."""
    return Actor("office-2", "周文", Role.COUNTY_CLERK, COUNTY)


@pytest.fixture
def village_clerk() -> Actor:
    return Actor("village", "吕静", Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def officer() -> Callable[..., Actor]:
    return lambda department, role=Role.DEPARTMENT_CLERK: Actor(
        f"officer-{department}", "宋杰", role, department
    )


@pytest.fixture
def session(dispatch_sessions: sessionmaker[Session], office: Actor) -> Iterator[Session]:
    """One transaction in a county whose departments are named."""
    with dispatch_sessions() as open_session:
        entries = [
            DepartmentEntry(code=code, name=f"县{name}") for code, name in DEPARTMENTS.items()
        ]
        departments_commands.name_departments(open_session, entries, actor=office)
        login = open_session.execute(text("SELECT current_user")).scalar()
        emptied = f'SET LOCAL ROLE NONE; TRUNCATE outbox; SET LOCAL ROLE "{login}"'
        open_session.execute(text(emptied))
        yield open_session


@pytest.fixture
def verified(session: Session) -> Callable[..., CaseVerified]:
    """`verified(on, GapItem.MEDICAL_COST, …)`: a case as county verifies it, with a need per gap
    item.
    """
    numbers = count(1)

    def make(
        on: date,
        *gap_items: GapItem,
        cause: RiskCause = RiskCause.ILLNESS,
        household: str | None = None,
        accounts: tuple[str, ...] = (),
        **more,
    ) -> CaseVerified:
        n = next(numbers)
        words = NeedWords(
            head_name=f"陈红{n}",
            id_number=make_id("990121", date(1970, 1, n), 1),
            person_name="陈小宝",
            person_id_number=make_id("990121", date(2010, 1, n), 1),
            village_name="石桥村",
            phone="16000000001",
            risk_point="屋顶漏雨",
            contact="周某（县审计局）",
        )
        needs = tuple(
            Need(
                need=str(uuid4()),
                gap_item=item,
                question=f"请核实{item.label}",
                sealed=seal(session, words),
                **more,
            )
            for item in gap_items
        )
        return CaseVerified(
            case=f"case-{n}",
            number=f"C-{n}",
            household=household or f"household-{n}",
            village=VILLAGE,
            on=on,
            primary_cause=cause,
            causes=(cause,),
            needs=needs,
            findings=(),
            accounts=accounts,
        )

    return make


@pytest.fixture
def opened(session: Session, verified: Callable[..., CaseVerified]) -> Callable[..., Order]:
    """`opened(on)`: the order of a case with one need."""

    def make(on: date, gap_item: GapItem = GapItem.MEDICAL_COST, **more) -> Order:
        return issuing_commands.open_orders(session, verified(on, gap_item, **more))[0]

    return make


@pytest.fixture
def said(session: Session) -> Callable[..., list[Event]]:
    """`said(OrderIssued)`: what has been emitted of these types, oldest first; all without
    types.
    """
    return lambda *types: [
        event for event in emitted(session) if not types or isinstance(event, types)
    ]


@pytest.fixture
def actions(session: Session) -> Callable[[Order], list[str]]:
    return lambda order: [event.action.value for event in queries.history(session, order.id)]


@pytest.fixture
def ring(session: Session) -> Callable[..., None]:
    """`ring(day)`: what is due until nine o'clock (or `hour`) of that day fires, in this
    transaction.
    """

    def until(day: date, hour: int = 9) -> None:
        now = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        session.flush()
        while row := session.execute(FIRE, {"now": now, "failed": []}).one_or_none():
            service_named("dispatch").jobs.takes[row.name](session, Due(row.about, row.at))

    return until


@pytest.fixture
def record() -> Callable[..., ConsumerRecord]:
    """An event as it lies on its topic."""
    offsets = count()

    def make(event: Event, source: str | None = None, id: str | None = None) -> ConsumerRecord:
        owner = (
            event.destination.removeprefix("backstop.").removesuffix(".replies").replace(".", "/")
        )
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", (id or str(uuid4())).encode()),
            ("ce_type", event.type.encode()),
            ("ce_source", (source or f"/backstop/{COUNTY}/{owner}").encode()),
            ("ce_time", b"2026-09-02T01:00:00+00:00"),
            ("content-type", b"application/json"),
        ]
        body = event.model_dump_json().encode()
        return ConsumerRecord(
            event.destination,
            0,
            next(offsets),
            CAME,
            BY_BROKER,
            event.subject.encode(),
            body,
            None,
            0,
            len(body),
            tuple(headers),
        )

    return make


@pytest.fixture
def deliver(dispatch_sessions: sessionmaker[Session], record: Callable[..., ConsumerRecord]):
    """`deliver(event)`: the event arrives, twice, each time in a transaction of its own."""

    def arrive(event: Event, times: int = 2) -> None:
        arriving = record(event)
        for _ in range(times):
            with dispatch_sessions.begin() as session:
                service_named("dispatch").handlers.handle(session, [arriving])

    return arrive


@pytest.fixture
def prefix() -> str:
    """Before this test's own topics, principals and groups."""
    return f"t{secrets.token_hex(3)}."


@pytest.fixture
def runtime(
    engines: Engines, dispatch_sessions: sessionmaker[Session], clock: SimulatedClock, prefix: str
) -> Runtime:
    ensure_topics(
        engines.kafka, {f"{prefix}backstop.{name}": 1 for name in ("village", "county", "dispatch")}
    )
    engine, kafka = dispatch_sessions.kw["bind"], engines.kafka
    dsn = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    login = KafkaLogin(kafka.bootstrap, kafka.user or "", kafka.password or "", prefix)
    return Runtime(
        service_named("dispatch"),
        engine=engine,
        sessions=dispatch_sessions,
        dsn=dsn,
        kafka=login,
        clock=clock,
        county=COUNTY,
        every=None,
    )


@pytest.fixture
def admitted(
    engines: Engines,
    session: Session,
    dispatch_sessions: sessionmaker[Session],
    runtime: Runtime,
    prefix: str,
) -> Iterator[Credentials]:
    """What the housing department's own system was handed."""
    session.commit()
    given = add_department(engines.kafka, dispatch_sessions, "housing", runtime.clock(), prefix)
    yield given
    shut_out_user(engines.kafka, given.user)
