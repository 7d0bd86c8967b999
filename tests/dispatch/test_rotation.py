"""A department's password and key change while orders flow: none lost, none doubled, the old ones
then worth nothing.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import TopicAuthorizationFailedError
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop import departments
from backstop.departments import Credentials
from backstop.engines import Engines, shut_out_user
from backstop.engines.kafka_admin import serves
from kit.clock import SimulatedClock
from kit.errors import NotFound, Refused
from kit.runtime import Runtime
from kit.seal import Keyring
from schemas.codes import GapItem, OrderState
from schemas.dispatch import DepartmentOrderIssued
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders.models import Order
from tests.dispatch.test_department_system import COUNTY, PROGRAM
from tests.engines.clients import read

ON = date(2026, 9, 1)


class System:
    """The department's program, started with one set of credentials and the keys it has besides."""

    def __init__(
        self, given: Credentials, prefix: str, folder: Path, older: Credentials | None = None
    ) -> None:
        self.environment = os.environ | {
            "BACKSTOP_KAFKA_BOOTSTRAP": given.bootstrap,
            "BACKSTOP_KAFKA_USER": given.user,
            "BACKSTOP_KAFKA_PASSWORD": given.password,
            "BACKSTOP_DEPARTMENT": "housing",
            "BACKSTOP_COUNTY": COUNTY,
            "BACKSTOP_KEY_ID": given.kid,
            "BACKSTOP_KEY": given.jwk_k,
            "BACKSTOP_TOPIC_PREFIX": prefix,
            "PYTHONUNBUFFERED": "1",
        }
        self.arguments = ["--accept-only", "--state", str(folder / "state.json")]
        if older:
            keys = folder / "keys.json"
            keys.write_text(
                f'{{"keys": [{{"kty": "oct", "kid": "{older.kid}", "k": "{older.jwk_k}"}}]}}'
            )
            self.arguments += ["--keys", str(keys)]

    async def start(self, *more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            *self.arguments,
            *more,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


async def said_by(process: asyncio.subprocess.Process, *, stop: bool = False) -> str:
    if stop:
        process.terminate()
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return said.decode()


async def accepted(sessions: sessionmaker[Session], numbers: int) -> None:
    async with asyncio.timeout(40):
        while True:
            with sessions() as session:
                if (
                    len(session.exec(select(Order).where(Order.state == OrderState.ACCEPTED)).all())
                    == numbers
                ):
                    return
            await asyncio.sleep(0.1)


async def on_the_topic(engines: Engines, prefix: str) -> list[DepartmentOrderIssued]:
    """Every order that lies on the department's topic."""
    topic = f"{prefix}backstop.department.housing"
    consumer = AIOKafkaConsumer(topic, **engines.kafka.aiokafka(), auto_offset_reset="earliest")
    async with consumer:
        found = []
        while batch := await consumer.getmany(timeout_ms=2000):
            found += [record for records in batch.values() for record in records]
    issued = [
        record
        for record in found
        if dict(record.headers)["ce_type"] == b"department.order.issued.v1"
    ]
    return [DepartmentOrderIssued.model_validate_json(record.value) for record in issued]


def test_orders_flow_through_a_rotation(
    engines: Engines,
    runtime: Runtime,
    session: Session,
    opened: Callable[..., Order],
    dispatch_sessions: sessionmaker[Session],
    prefix: str,
    tmp_path: Path,
) -> None:
    session.commit()
    kafka, sessions = engines.kafka, dispatch_sessions

    def give(count: int) -> None:
        for _ in range(count):
            opened(ON, GapItem.HOUSING_UNSAFE)
            session.commit()

    async def play() -> tuple[Credentials, Credentials, str, list[DepartmentOrderIssued]]:
        await runtime.start()
        try:
            old = await asyncio.to_thread(
                departments.add_department, kafka, sessions, "housing", runtime.clock(), prefix
            )
            first = await System(old, prefix, tmp_path).start()
            give(2)
            await accepted(sessions, 2)
            new = await asyncio.to_thread(
                departments.begin_rotation, kafka, sessions, "housing", runtime.clock(), prefix
            )
            give(2)  # the old credentials still work, and seal
            await accepted(sessions, 4)
            said = await said_by(first, stop=True)
            give(2)  # nobody is there; sealed with the old key
            second = await System(new, prefix, tmp_path, older=old).start()
            await accepted(sessions, 6)
            give(1)
            await asyncio.to_thread(departments.finish_rotation, kafka, sessions, "housing", prefix)
            give(3)  # to the running program, sealed with the new key
            await accepted(sessions, 10)
            said += await said_by(second, stop=True)
            return old, new, said, await on_the_topic(engines, prefix)
        finally:
            await runtime.stop()

    old, new, said, issued = asyncio.run(play())
    try:
        assert set(Counter(event.order for event in issued).values()) == {1}
        assert len(issued) == 10
        assert "left aside" not in said
        assert said.count("we answered: accepted") == 10
        assert (
            len(set(Counter(line for line in said.splitlines() if "answered: accepted" in line)))
            == 10
        )
        with sessions() as fresh:
            for order in fresh.exec(select(Order)):
                actions = [event.action.value for event in orders_queries.history(fresh, order.id)]
                assert actions.count("accept") == 1, actions
        assert [opens(event, old) for event in issued].count(True) == 7
        assert [opens(event, new) for event in issued].count(True) == 3
        assert all(opens(event, old) is not opens(event, new) for event in issued)

        assert not serves(kafka.as_user(old.user, old.password)), "the old password still opens"
        assert serves(kafka.as_user(new.user, new.password))
        assert asyncio.run(
            read(
                kafka.as_user(new.user, new.password),
                f"{prefix}backstop.department.housing.replies",
            )
        ) is (TopicAuthorizationFailedError)
    finally:
        shut_out_user(kafka, new.user)


def opens(event: DepartmentOrderIssued, given: Credentials) -> bool:
    try:
        jwe.decrypt_compact(event.sealed, OctKey.import_key(given.key))
    except JoseError:
        return False
    return True


def test_a_program_without_the_key_stops_before_the_order_and_passes_over_nothing(
    engines: Engines,
    runtime: Runtime,
    session: Session,
    opened: Callable[..., Order],
    dispatch_sessions: sessionmaker[Session],
    prefix: str,
    tmp_path: Path,
) -> None:
    session.commit()
    kafka, sessions = engines.kafka, dispatch_sessions

    async def play() -> tuple[str, Credentials]:
        await runtime.start()
        try:
            old = await asyncio.to_thread(
                departments.add_department, kafka, sessions, "housing", runtime.clock(), prefix
            )
            opened(ON, GapItem.HOUSING_UNSAFE)
            session.commit()
            new = await asyncio.to_thread(
                departments.begin_rotation, kafka, sessions, "housing", runtime.clock(), prefix
            )
            await asyncio.to_thread(departments.finish_rotation, kafka, sessions, "housing", prefix)
            forgetful = await System(new, prefix, tmp_path).start("--once", "10")
            said = await said_by(forgetful)
            assert forgetful.returncode, said
            mended = await System(new, prefix, tmp_path, older=old).start("--once", "3")
            await accepted(sessions, 1)
            await said_by(mended)
            return said, new
        finally:
            await runtime.stop()

    said, new = asyncio.run(play())
    shut_out_user(kafka, new.user)
    assert "is sealed with the key housing-" in said
    assert "we answered" not in said


def test_a_rotation_is_open_until_finished_or_cancelled(
    engines: Engines,
    session: Session,
    dispatch_sessions: sessionmaker[Session],
    clock: SimulatedClock,
    keyring: Keyring,
    prefix: str,
) -> None:
    session.commit()
    kafka, sessions = engines.kafka, dispatch_sessions

    def rows() -> list[tuple[str, bool]]:
        with sessions() as fresh:
            return [(prefix + key.user, key.in_force) for key in departments_queries.keys(fresh)]

    with pytest.raises(NotFound, match="add housing"):
        departments.begin_rotation(kafka, sessions, "housing", clock(), prefix)
    old = departments.add_department(kafka, sessions, "housing", clock(), prefix)
    with pytest.raises(Refused, match="rotate"):
        departments.add_department(kafka, sessions, "housing", clock(), prefix)
    assert serves(kafka.as_user(old.user, old.password)), (
        "a refused command changed a live password"
    )
    with pytest.raises(NotFound, match="没有正在进行"):
        departments.finish_rotation(kafka, sessions, "housing", prefix)
    lost = departments.begin_rotation(kafka, sessions, "housing", clock(), prefix)
    assert rows() == [(old.user, True), (lost.user, False)]
    with pytest.raises(Refused, match="--finish"):
        departments.begin_rotation(kafka, sessions, "housing", clock(), prefix)
    assert departments.cancel_rotation(kafka, sessions, "housing", prefix) == lost.user
    assert rows() == [(old.user, True)]
    assert not serves(kafka.as_user(lost.user, lost.password))
    new = departments.begin_rotation(kafka, sessions, "housing", clock(), prefix)
    assert len({old.user, lost.user, new.user}) == 3, "a name came again"
    assert departments.finish_rotation(kafka, sessions, "housing", prefix) == old.user
    assert rows() == [(new.user, True)]
    shut_out_user(kafka, new.user)
