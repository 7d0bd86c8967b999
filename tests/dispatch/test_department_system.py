"""A department's own system (the example, nothing of ours imported) takes part over the real Kafka."""

import asyncio
import os
import secrets
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.departments import add_department
from backstop.engines import Engines, ensure_topics, shut_out_user
from kit.clock import SimulatedClock
from kit.runtime import KafkaLogin, Runtime
from schemas.codes import GapItem, OrderState
from services.dispatch import commands, queries
from services.dispatch.app import SERVICE
from services.dispatch.models import Order

PROGRAM = Path(__file__).parents[2] / "examples" / "department_subscriber" / "subscriber.py"
COUNTY = "990121000000"


@pytest.fixture
def prefix() -> str:
    return f"t{secrets.token_hex(3)}."


@pytest.fixture
def runtime(
    engines: Engines, dispatch_sessions: sessionmaker[Session], clock: SimulatedClock, prefix: str
) -> Runtime:  # fmt: skip
    ensure_topics(engines.kafka, {f"{prefix}backstop.{name}": 1 for name in ("village", "county", "dispatch")})
    engine, kafka = dispatch_sessions.kw["bind"], engines.kafka
    dsn = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    login = KafkaLogin(kafka.bootstrap, kafka.user or "", kafka.password or "", prefix)
    return Runtime(SERVICE, engine=engine, sessions=dispatch_sessions, dsn=dsn, kafka=login, clock=clock,
                   county=COUNTY, every=None)  # fmt: skip


async def run(environment: dict[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *arguments, env=os.environ | environment, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), timeout=60)
    assert process.returncode == 0, said.decode()
    return said.decode()


async def until(sessions: sessionmaker[Session], order: Order, state: OrderState) -> None:
    async with asyncio.timeout(40):
        while True:
            with sessions() as session:
                if session.get(Order, order.id).state is state:
                    return
            await asyncio.sleep(0.2)


def test_a_department_accepts_and_reports_by_its_own_system(
    engines: Engines, runtime: Runtime, session: Session, opened, dispatch_sessions, prefix: str, tmp_path: Path
) -> None:
    given = add_department(engines.kafka, "housing", prefix)
    commands.admit_department(session, "housing", given.kid, given.key)
    order = opened(date(2026, 9, 1), GapItem.HOUSING_UNSAFE)
    session.commit()
    environment = {
        "BACKSTOP_KAFKA_BOOTSTRAP": given.bootstrap, "BACKSTOP_KAFKA_USER": given.user,
        "BACKSTOP_KAFKA_PASSWORD": given.password, "BACKSTOP_DEPARTMENT": "housing", "BACKSTOP_COUNTY": COUNTY,
        "BACKSTOP_KEY_ID": given.kid, "BACKSTOP_KEY": given.jwk_k, "BACKSTOP_TOPIC_PREFIX": prefix,
    }  # fmt: skip
    state = ("--state", str(tmp_path / "state.json"), "--once", "2")

    async def play() -> str:
        await runtime.start()
        try:
            said = await run(environment, "--accept-only", *state)
            await until(dispatch_sessions, order, OrderState.ACCEPTED)
            said += await run(environment, "--reply", "planned", *state)
            await until(dispatch_sessions, order, OrderState.UNDER_WAY)
            return said + await run(environment, "--reply", "planned", *state)
        finally:
            await runtime.stop()

    said = asyncio.run(play())
    shut_out_user(engines.kafka, given.user)
    assert said.count("we answered: planned") == 1
    assert order.head_name not in said
    with dispatch_sessions() as fresh:
        [reply] = queries.replies(fresh, order.id)
        assert (reply.expected_on, reply.head_signed, reply.on) == (order.solve_due, True, date(2026, 9, 1))
