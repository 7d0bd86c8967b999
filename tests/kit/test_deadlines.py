"""Deadlines: each fires once, in the order of the clock, whoever else fires, fails or dies beside
it.
"""

import asyncio
import logging
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import text

from kit import deadlines
from kit import runtime as runtimes
from kit.clock import system_clock
from kit.deadlines import Deadline, Due, Jobs
from tests.conftest import at
from tests.helpers.waiting import PATIENCE, eventually
from tests.kit import toy

AT_WORK = """SELECT count(DISTINCT application_name) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'worker-%'"""
FIRED = text("SELECT thing, number FROM tally ORDER BY id")


def fired(sessions) -> list[str]:
    with sessions.begin() as session:
        return [row.thing for row in session.execute(FIRED)]


def set_past(sessions, *things: str) -> None:
    """One a minute, the last of them a minute ago."""
    now = system_clock()
    with sessions.begin() as session:
        for ago, thing in enumerate(reversed(things), start=1):
            deadlines.set(session, "ring", thing, now - timedelta(minutes=ago))


def test_they_fire_once_in_the_order_of_the_clock_beside_one_that_fails(sessions):
    now = at(2026, 9, 20)
    with sessions.begin() as session:
        for thing, days in (("late", 3), ("broken", 2), ("early", 1)):
            deadlines.set(session, "ring", thing, now - timedelta(days=4 - days))
        deadlines.set(session, "ring", "future", now + timedelta(days=1))
    assert deadlines.sweep(sessions, toy.jobs, now) == 2
    assert deadlines.sweep(sessions, toy.jobs, now) == 0
    with sessions.begin() as session:
        fired = session.execute(text("SELECT thing FROM tally ORDER BY id")).scalars().all()
        assert fired == ["early", "late"]
        broken = session.execute(
            text("SELECT error, fired_at FROM deadline WHERE about = 'broken'")
        ).one()
        assert "broken" in broken.error
        assert broken.fired_at is None


def test_a_moved_deadline_fires_at_its_new_moment_only(sessions):
    with sessions.begin() as session:
        deadlines.set(session, "ring", "a", at(2026, 9, 1))
        deadlines.set(session, "ring", "a", at(2026, 9, 5))
        deadlines.set(session, "ring", "b", at(2026, 9, 1))
        deadlines.cancel(session, "ring", "b")
    assert deadlines.sweep(sessions, toy.jobs, at(2026, 9, 4)) == 0
    assert deadlines.sweep(sessions, toy.jobs, at(2026, 9, 6)) == 1


def test_one_that_fails_is_tried_again_and_fires_when_it_can(sessions, monkeypatch):
    set_past(sessions, "broken", "sound")
    now = system_clock()
    assert deadlines.sweep(sessions, toy.jobs, now) == 1
    monkeypatch.setitem(
        toy.jobs.takes,
        "ring",
        lambda session, due: session.add(toy.Tally(thing=due.about, number=1)),
    )
    assert deadlines.sweep(sessions, toy.jobs, now) == 1
    assert fired(sessions) == ["sound", "broken"]
    with sessions.begin() as session:
        assert (
            session.execute(
                text("SELECT count(*) FROM deadline WHERE error IS NOT NULL")
            ).scalar_one()
            == 0
        )


def test_two_sweeps_at_once_keep_the_order_of_the_clock(sessions, monkeypatch):
    """While the first is still at the earliest, the second must not fire a later one."""
    set_past(sessions, "first", "second", "third")
    begun, go_on, ring = threading.Event(), threading.Event(), toy.jobs.takes["ring"]

    def slowly(session, due):
        if due.about == "first":
            begun.set()
            go_on.wait(PATIENCE)
        ring(session, due)

    monkeypatch.setitem(toy.jobs.takes, "ring", slowly)
    sweeps = [
        threading.Thread(target=deadlines.sweep, args=(sessions, toy.jobs, system_clock()))
        for _ in range(2)
    ]
    sweeps[0].start()
    assert begun.wait(PATIENCE)
    sweeps[1].start()
    time.sleep(0.3)
    assert fired(sessions) == []
    go_on.set()
    for sweep in sweeps:
        sweep.join(PATIENCE)
    assert fired(sessions) == ["first", "second", "third"]


def test_two_replicas_fire_each_once_in_the_order_of_the_clock(sessions, crew, beside):
    crew.hire(every=0.05)
    crew.hire(every=0.05)
    eventually(lambda: beside.execute(AT_WORK).fetchone() == (2,))
    things = [f"t{number:03}" for number in range(300)]
    set_past(sessions, *things[:100], "broken", *things[100:])
    eventually(lambda: len(fired(sessions)) >= 300)
    time.sleep(0.3)  # several sweeps of both
    assert fired(sessions) == things
    with sessions.begin() as session:
        assert session.execute(
            text("SELECT about FROM deadline WHERE fired_at IS NULL")
        ).scalars().all() == ["broken"]


@pytest.mark.parametrize("survivor", [False, True])
def test_a_process_killed_in_the_middle_of_firing_leaves_it_to_fire_once(
    sessions, crew, beside, survivor
):
    """By the replica beside it, or by whoever sweeps next."""
    if survivor:
        crew.hire(every=0.5)
    victim = crew.hire(every=0.01, TOY_MAY_DIE="1")
    eventually(lambda: beside.execute(AT_WORK).fetchone() == (1 + survivor,))
    set_past(sessions, "before", "deadly", "after")
    if not survivor:
        assert victim.wait(PATIENCE) == -signal.SIGKILL
        assert fired(sessions) == ["before"]
        deadlines.sweep(sessions, toy.jobs, system_clock())
    eventually(lambda: len(fired(sessions)) >= 3)
    time.sleep(0.3)
    assert fired(sessions) == ["before", "deadly", "after"]


def taking(room: str, *, said: list[str] | None = None):
    """A function of that module that takes a deadline."""

    def job(session, due: Due) -> None:
        if said is not None:
            said.append(due.about)

    job.__module__ = room
    return job


def test_declared_deadlines_are_set_moved_and_fired_by_the_rooms_of_a_service(sessions):
    said: list[str] = []
    bell = Deadline("bell")
    bell.fires(taking("toy.chime.jobs", said=said))
    Deadline("bell").fires(taking("other.jobs"))  # another service's of the same name
    jobs = Jobs.of(ModuleType("toy.chime"), ModuleType("toy.clock.jobs"))
    assert set(jobs.takes) == {"bell"}
    with sessions.begin() as session:
        bell.set_all(session, {"a": at(2026, 9, 1), "b": at(2026, 9, 2), "c": at(2026, 9, 3)})
        bell.set(session, "a", at(2026, 9, 5))
        bell.cancel(session, "b")
        assert bell.pending(session, "a") == at(2026, 9, 5)
        assert bell.pending(session, "b") is None
    assert deadlines.sweep(sessions, jobs, at(2026, 9, 6)) == 2
    assert said == ["c", "a"]


def test_two_of_one_name_in_a_service_refuse():
    Deadline("gong").fires(taking("toy.gong.one"))
    Deadline("gong").fires(taking("toy.gong.two"))
    with pytest.raises(TypeError, match=r"two deadlines are called 'gong'.*one.*two"):
        Jobs.of(ModuleType("toy.gong"))
    once = Deadline("triangle")
    once.fires(taking("toy.triangle.one"))
    with pytest.raises(TypeError, match=r"'triangle' is taken by"):
        once.fires(taking("toy.triangle.two"))


def test_a_row_whose_name_nobody_declared_waits_and_says_so(sessions):
    with sessions.begin() as session:
        deadlines.set(session, "rign", "a", at(2026, 9, 1))
    assert deadlines.sweep(sessions, toy.jobs, at(2026, 9, 2)) == 0
    with sessions.begin() as session:
        error = session.execute(text("SELECT error FROM deadline WHERE name = 'rign'")).scalar_one()
    assert "no deadline is called 'rign'" in error


@pytest.fixture
def reading(monkeypatch) -> threading.Event:
    """Nothing that was heard is handled before it is set."""
    may_go, apply = threading.Event(), toy.handlers.apply

    def later(session, envelopes, prefix):
        assert may_go.wait(PATIENCE)
        apply(session, envelopes, prefix)

    monkeypatch.setattr(toy.handlers, "apply", later)
    return may_go


def test_h_03_a_deadline_fires_after_what_was_sent_before_it(
    make_runtime, post, sessions, reading, clock
):
    """What comes while it waits, it does not wait for."""
    with sessions.begin() as session:
        deadlines.set(session, "ring", "the day", clock())
    before = ("a", {"thing": "before", "number": 1}, {})
    clock.set(clock() + timedelta(days=1))

    async def run() -> None:
        await post(before)
        runtime = make_runtime()
        await runtime.start()
        sweep = asyncio.create_task(runtime.sweep())
        done, _ = await asyncio.wait({sweep}, timeout=2)
        assert (done, fired(sessions)) == (set(), [])
        reading.set()
        assert await sweep == 1
        await runtime.stop()

    asyncio.run(run())
    assert fired(sessions) == ["before", "the day"]


@pytest.mark.parametrize(
    ("bootstrap", "reason"), [("", "TimeoutError"), ("127.0.0.1:1", "KafkaConnectionError")]
)
def test_h_03_days_go_on_where_the_topics_cannot_be_read_and_it_is_said_why(
    bootstrap, reason, make_runtime, post, sessions, reading, clock, caplog, monkeypatch
):
    caplog.set_level(logging.WARNING, runtimes.__name__)
    monkeypatch.setattr(runtimes, "READ_FIRST", 1.0)
    with sessions.begin() as session:
        deadlines.set(session, "ring", "the day", clock())

    async def run() -> None:
        await post(("a", {"thing": "before", "number": 1}, {}))
        runtime = make_runtime()
        await runtime.start()
        runtime.kafka = replace(runtime.kafka, bootstrap=bootstrap or runtime.kafka.bootstrap)
        assert await runtime.sweep() == 1
        reading.set()
        await runtime.stop()

    asyncio.run(run())
    assert fired(sessions)[0] == "the day"
    [line] = [line.getMessage() for line in caplog.records if line.name == runtimes.__name__]
    assert "fires its deadlines with topics unread" in line
    assert reason in line
