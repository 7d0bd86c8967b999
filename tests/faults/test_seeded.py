"""Faults, each put into a copy of the tree: tests that are there find every one of them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.processes import started
from tests.helpers.tree import copy_tree


@dataclass(frozen=True)
class Fault:
    """`old` stands once in the files of the pattern, and gives way to `new`; `tests` find it."""

    files: str
    old: str
    new: str
    tests: str


FAULTS = {
    "a working day too many": Fault(
        "rulebook/calendar.py",
        "bisect_right(self._working, d) + n - 1",
        "bisect_right(self._working, d) + n",
        "tests/rulebook/test_calendar.py",
    ),
    "a due day does not count to its end": Fault(
        "services/village/**/rules.py",
        "return received_on > due",
        "return received_on >= due",
        "tests/village/test_village_month.py tests/village/test_village_flow.py",
    ),
    "nil is inferred from an empty list": Fault(
        "services/village/**/rules.py",
        "return nil != (findings > 0)",
        "return not (nil and findings)",
        "tests/village/test_village_month.py tests/village/test_village_flow.py",
    ),
    "a second return is taken": Fault(
        "services/dispatch/**/rules.py",
        "return returns < most",
        "return True",
        "tests/dispatch/test_orders.py",
    ),
    "an event leaves although its transaction failed": Fault(
        "kit/messaging/outbox.py",
        "    with cursor.copy(COPY) as copy:",
        """    import psycopg

    i = cursor.connection.info
    login = {"user": i.user, "password": i.password, "dbname": i.dbname}
    beside = psycopg.connect(host=i.host, port=i.port, **login, autocommit=True)
    with beside, beside.cursor().copy(COPY) as copy:""",
        "tests/kit/test_messages.py",
    ),
    "the inbox forgets the source": Fault(
        "kit/messaging/inbox.py",
        "SELECT :source, unnest",
        "SELECT left(:source, 0), unnest",
        "tests/kit/test_inbox.py",
    ),
    "a deadline fires twice": Fault(
        "kit/deadlines.py",
        "                jobs.taking(row.name)(session, Due(row.about, row.at))",
        """                jobs.taking(row.name)(session, Due(row.about, row.at))
                jobs.taking(row.name)(session, Due(row.about, row.at))""",
        "tests/kit/test_deadlines.py",
    ),
    "an action is open to everybody who has the row": Fault(
        "kit/policy/table.py",
        "        if not allowances:\n            wrong",
        "        if not allowances and row is None:\n            wrong",
        "tests/kit/policy",
    ),
    "whoever made a list signs it too": Fault(
        "kit/policy/table.py",
        "        if judged.refusal:\n            raise",
        "        if judged.refusal and row is None:\n            raise",
        "tests/kit/policy",
    ),
    "a session that was taken back is still believed": Fault(
        "kit/access/people.py", "or self.ended or", "or", "tests/kit/access"
    ),
    "a sealed field does not name its key": Fault(
        "kit/seal.py",
        '"enc": "A256GCM", "kid": kid}',
        '"enc": "A256GCM"}',
        "tests/dispatch/test_messages.py",
    ),
    "what follows a dead letter does not wait": Fault(
        "kit/messaging/dead_letters.py",
        "return [record for record in records if (record.topic, record.key) not in held]",
        "return list(records)",
        "tests/kit/test_dead_letters.py",
    ),
}


@pytest.fixture(scope="module")
def seeded(engines, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A copy of the tree, and the environment whose tests use the engines of this run."""
    copy = copy_tree(tmp_path_factory.mktemp("seeded") / "tree")
    kafka = engines.kafka
    given = {
        "BACKSTOP_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "BACKSTOP_KAFKA_USER": kafka.user,
        "BACKSTOP_KAFKA_PASSWORD": kafka.password,
        "BACKSTOP_DATABASE_URL": engines.postgres.url(),
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",  # by second and size two texts of a file look the same
    }
    return copy, os.environ | {name: value for name, value in given.items() if value}


@contextmanager
def put_in(copy: Path, fault: Fault) -> Iterator[None]:
    places = [path for path in copy.glob(fault.files) if fault.old in path.read_text("utf-8")]
    assert len(places) == 1, f"{fault.files}: {fault.old!r} stands in {len(places)} files"
    sound = places[0].read_text("utf-8")
    assert sound.count(fault.old) == 1
    places[0].write_text(sound.replace(fault.old, fault.new), "utf-8")
    try:
        yield
    finally:
        places[0].write_text(sound, "utf-8")


def outcome(copy: Path, environment: dict[str, str], *tests: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with started(command, cwd=copy, env=environment, **how) as child:
        said, _ = child.communicate()
    return child.returncode, said


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found(seeded: tuple[Path, dict[str, str]], name: str):
    copy, environment = seeded
    with put_in(copy, FAULTS[name]):
        status, said = outcome(copy, environment, *FAULTS[name].tests.split())
    assert status == 1, said  # tests failed; 2 would be: they could not be read
    found = failed(said)
    assert found, said
    status, said = outcome(copy, environment, *found)
    assert status == 0, said  # and without the fault they pass


def failed(said: str) -> list[str]:
    lines = [line for line in said.splitlines() if line.startswith("FAILED ")]
    return [line.removeprefix("FAILED ").split(" - ")[0] for line in lines]
