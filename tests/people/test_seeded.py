"""For each kind of open thing a fault in the query of its list: random months find it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from random import Random

import pytest
from sqlmodel import Session

from backstop.engines import PostgresAccess
from kit.actor import Actor
from kit.tasks import Task, TasksOf
from tests.people.crowd import BEGINNINGS, county_of_its_own
from tests.people.play import Forgotten, Play
from tests.people.world import World

MOST = 60  # examples until a fault is found
# Service, kind of the task (kit.tasks), table of the rows behind it.
KINDS = (
    ("village", "report-group", "reporter_month"),
    ("village", "submit-list", "reporter_month"),
    ("village", "sign-lists", "reporter_month"),
    ("village", "review-findings", "finding"),
    ("village", "submit-supplement", "finding"),
    ("village", "recheck-findings", "finding"),
    ("village", "sign-urgent", "finding"),
    ("village", "sign-lists", "village_list"),
    ("village", "answer-recheck", "county_recheck"),
    ("village", "look-into-household", "register_task"),
    ("unit", "contact", "required"),
    ("unit", "complete", "unit_finding"),
    ("unit", "send", "unit_month"),
    ("unit", "send", "unit_finding"),
    ("unit", "sign", "unit_list"),
    ("county", "report", "reporter_month"),
    ("county", "report", "supervision_draft"),
    ("county", "match", "case_source"),
    ("county", "answer", "case_source"),
    ("county", "explain", "candidate"),
    ("county", "decide", "candidate"),
    ("county", "explain", "agenda_item"),
    ("county", "minute", "meeting"),
    ("county", "sign", "meeting"),
    ("county", "explain", "bulletin_name"),
    ("county", "decide", "bulletin_name"),
    ("county", "sign", "bulletin"),
    ("county", "", "case_file"),
    ("dispatch", "", "dispatch_order"),
)


@pytest.fixture(scope="module")
def seeded(postgres: PostgresAccess) -> Iterator[World]:
    """Puts the tests into the slow lane."""
    with county_of_its_own(postgres, BEGINNINGS[0]) as world:
        yield world


def loses(kind: str, table: str, task: Task) -> Task:
    """The query leaves these rows out."""
    if kind not in ("", task.kind):
        return task
    left = tuple(name for name in task.objects if not name.startswith(f"{table}:"))
    return replace(task, objects=left)


@contextmanager
def put_in(world: World, service: str, fault: partial) -> Iterator[None]:
    """The fault into every list of the service; taken out again afterwards."""
    runtime = world.runtimes[service]
    sound = runtime.service

    def faulty(tasks_of: TasksOf) -> TasksOf:
        def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
            return [fault(task) for task in tasks_of(session, actor, on)]

        return tasks

    runtime.service = replace(sound, tasks=[faulty(tasks_of) for tasks_of in sound.tasks])
    try:
        yield
    finally:
        runtime.service = sound


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("service", "kind", "table"), KINDS)
def test_a_list_that_leaves_something_out_is_found(
    seeded: World, service: str, kind: str, table: str
):
    with put_in(seeded, service, partial(loses, kind, table)), pytest.raises(Forgotten) as found:
        play_on(seeded)
    assert f"{service} {table}:" in str(found.value)
    assert "seen by nobody" in str(found.value)


def play_on(world: World) -> None:
    for example in range(MOST):
        Play(world, Random(example)).run()
