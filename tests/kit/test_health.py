"""What an orchestrator is told: a process that lives, one that is stuck, one that is not ready."""

import asyncio
import threading

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kit import health
from kit import runtime as runtime_module
from kit.messaging.outbox import emit
from kit.prober import settle
from tests.helpers.waiting import PATIENCE
from tests.kit import toy
from tests.kit.toy import Counted


def test_a_consumer_that_makes_no_progress_fails_the_liveness_check(
    sessions, make_runtime, login, monkeypatch
):
    let_go = threading.Event()
    monkeypatch.setattr(toy.handlers, "apply", lambda *args: let_go.wait(PATIENCE))

    async def run() -> tuple[str, str, str]:
        runtime = make_runtime()
        await runtime.start()
        before = await runtime.stuck(patience=0.5)
        with sessions.begin() as session:
            emit(session, Counted(thing="a", number=1))
        while not runtime.listeners[0].pulse.busy:
            await asyncio.sleep(0.05)
        while not (during := await runtime.stuck(patience=0.5)):
            await asyncio.sleep(0.05)
        let_go.set()
        await settle([runtime], login)
        after = await runtime.stuck(patience=0.5)
        await runtime.stop()
        return before, during, after

    before, during, after = asyncio.run(run())
    assert (before, after) == ("", "")
    assert "no progress" in during


def test_who_had_nothing_to_do_is_not_stuck_when_work_comes(make_runtime, login, post, monkeypatch):
    """Neither on a machine that has run for days, nor after a quiet night."""
    let_go = threading.Event()
    monkeypatch.setattr(toy.handlers, "apply", lambda *args: let_go.wait(PATIENCE))

    async def run() -> list[str]:
        runtime = make_runtime()
        await runtime.start()
        runtime.listeners[0].pulse.at -= 86_400
        found = [await runtime.stuck()]
        await post(("a", {"thing": "a", "number": 1}, {}))
        while not runtime.listeners[0].pulse.busy:
            found.append(await runtime.stuck())
            await asyncio.sleep(0.01)
        found.append(await runtime.stuck())
        let_go.set()
        await settle([runtime], login)
        await runtime.stop()
        return found

    assert set(asyncio.run(run())) == {""}


@pytest.mark.parametrize(("task", "name"), [(0, "relay"), (1, "sealer")])
def test_a_relay_or_sealer_that_ended_fails_the_liveness_check(make_runtime, task, name):
    async def run() -> str:
        runtime = make_runtime()
        await runtime.start()
        runtime._tasks[task].cancel()
        await asyncio.wait(runtime._tasks[task : task + 1])
        found = await runtime.stuck()
        await runtime.stop()
        return found

    assert f"{name} ended" in asyncio.run(run())


def test_probes_answer_with_the_reason(make_runtime, monkeypatch):
    runtime = make_runtime()
    app = FastAPI()
    app.state.runtimes = [runtime]
    app.include_router(health.probes)
    browser = TestClient(app, client=("127.0.0.1", 1))
    assert (
        browser.get("/health/live").status_code == 200
    )  # not started yet is no reason to be killed
    monkeypatch.setattr(runtime_module, "is_current", lambda *args: False)
    not_yet = browser.get("/health/ready")
    assert not_yet.status_code == 503
    assert not_yet.json()["wrong"] == ["toy: not migrated"]
    assert "backstop_unsent" in browser.get("/metrics").text
