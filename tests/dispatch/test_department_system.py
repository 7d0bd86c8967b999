"""A department's own system (the example, nothing of ours imported) takes part over the real
Kafka.
"""

import asyncio
import os
import sys
from datetime import date
from pathlib import Path

from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.departments import add_department
from backstop.engines import Engines, shut_out_user
from kit.runtime import Runtime
from schemas.codes import GapItem, OrderState
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order

PROGRAM = Path(__file__).parents[2] / "examples" / "department_subscriber" / "subscriber.py"
COUNTY = "990121000000"


async def run(environment: dict[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        *arguments,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
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
    engines: Engines,
    runtime: Runtime,
    session: Session,
    opened,
    dispatch_sessions,
    prefix: str,
    tmp_path: Path,
) -> None:
    session.commit()
    given = add_department(engines.kafka, dispatch_sessions, "housing", runtime.clock(), prefix)
    order = opened(date(2026, 9, 1), GapItem.HOUSING_UNSAFE)
    session.commit()
    environment = {
        "BACKSTOP_KAFKA_BOOTSTRAP": given.bootstrap,
        "BACKSTOP_KAFKA_USER": given.user,
        "BACKSTOP_KAFKA_PASSWORD": given.password,
        "BACKSTOP_DEPARTMENT": "housing",
        "BACKSTOP_COUNTY": COUNTY,
        "BACKSTOP_KEY_ID": given.kid,
        "BACKSTOP_KEY": given.jwk_k,
        "BACKSTOP_TOPIC_PREFIX": prefix,
    }
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
        assert (reply.expected_on, reply.head_signed, reply.on) == (
            order.solve_due,
            True,
            date(2026, 9, 1),
        )
