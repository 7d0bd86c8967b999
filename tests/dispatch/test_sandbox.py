"""Trial orders: the example program does everything right; what another does wrong is said in
sentences; nothing of it reaches an order, and dispatch answers each reply.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.departments import Credentials, begin_rotation
from backstop.engines import Engines, shut_out_user
from backstop.sandbox import Sandbox
from backstop.sandbox.judging import Finding
from kit.errors import NotFound
from kit.runtime import Runtime
from schemas.department import TRIAL, OrderAcceptedByDepartment
from tests.dispatch.border import System
from tests.dispatch.systems import PYTHON, Program
from tests.helpers.tree import ROOT

WROTE = text("SELECT (SELECT count(*) FROM dispatch_order) + (SELECT count(*) FROM order_event)")


@pytest.fixture
def tried(
    engines: Engines, dispatch_sessions: sessionmaker[Session], runtime: Runtime, prefix: str
) -> Callable[..., list[Finding]]:
    """`tried(work)`: what the sandbox says of a system that does `work` beside it."""

    def findings(work: Callable[[], object], seconds: float) -> list[Finding]:
        async def play() -> list[Finding]:
            sandbox = Sandbox(engines.kafka, dispatch_sessions, "housing", runtime.clock(), prefix)
            await runtime.start()
            beside = asyncio.create_task(work())  # type: ignore[arg-type]
            try:
                return await sandbox.run(seconds)
            finally:
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)
                await runtime.stop()

        return asyncio.run(play())

    return findings


def test_h_06_the_example_does_everything_right_and_nothing_reaches_an_order(
    engines: Engines,
    admitted: Credentials,
    tried: Callable[..., list[Finding]],
    dispatch_sessions: sessionmaker[Session],
    runtime: Runtime,
    prefix: str,
    tmp_path: Path,
) -> None:
    later = begin_rotation(engines.kafka, dispatch_sessions, "housing", runtime.clock(), prefix)
    start = [sys.executable, str(ROOT / PYTHON / "subscriber.py")]
    program = Program(start, admitted, prefix, tmp_path, older=[later])
    found = tried(lambda: program.run("--reply", "solved", idle=60.0), 90.0)
    shut_out_user(engines.kafka, later.user)
    assert [finding.sentence for finding in found if not finding.good] == []
    said = "\n".join(finding.sentence for finding in found)
    assert "用新密钥封存的交办单：已签收，对。" in said
    assert said.count("已反馈办理结果，对。") == 8
    with dispatch_sessions() as session:
        assert session.execute(WROTE).scalar_one() == 0


def test_h_06_what_a_system_does_wrong_is_said_in_sentences(
    admitted: Credentials, tried: Callable[..., list[Finding]], prefix: str
) -> None:
    system = System(admitted, prefix)

    async def answer_everything_twice() -> None:
        """Co-handlers as well, the source misspelt once, the record's key forgotten."""
        async with system.reading() as consumer:
            seen: set[str] = set()
            while True:
                known = len(system.told)
                await system.hear(consumer, lambda known=known: len(system.told) > known)
                for body in system.bodies("department.order.issued.v1"):
                    assert "【试用】" not in body["question"], (
                        "as dispatch says it: sealed, in `words`"
                    )
                    order = body["order"]
                    if order not in seen:
                        seen.add(order)
                        says = OrderAcceptedByDepartment(department="housing", order=order)
                        _, value, headers = system.binary(says)
                        await system.send((None, value, headers))
                        await system.send(system.binary(says, ce_id=str(uuid4()).encode()))
                        await system.send(system.binary(says, ce_source=b"/housing"))

    found = tried(answer_everything_twice, 25.0)
    wrong = "\n".join(finding.sentence for finding in found if finding.good is False)
    assert "配合办理的交办单（lead为false）不用答复，却收到了回复。" in wrong
    assert "ce_source要写成" in wrong
    assert "收到2条编号不同的签收" in wrong
    assert "记录的键（key）要写交办单的order" in wrong
    assert all(
        one["order"].startswith(TRIAL) for one in system.bodies("department.order.issued.v1")
    )


def test_a_department_without_a_system_has_nothing_to_try(
    engines: Engines, session: Session, dispatch_sessions: sessionmaker[Session], runtime: Runtime
) -> None:
    session.commit()
    with pytest.raises(NotFound, match="还没有接入自己的系统"):
        Sandbox(engines.kafka, dispatch_sessions, "housing", runtime.clock())
