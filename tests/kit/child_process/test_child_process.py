"""Whatever happens to a child, the parent says it in a sentence and nothing remains."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from kit.child_process import parent
from kit.child_process.parent import ROOT, Limits, run
from kit.errors import Refused
from tests.helpers.children import children, is_alive
from tests.helpers.processes import started
from tests.helpers.waiting import eventually
from tests.kit.child_process import work


def result(
    function: Callable[..., Iterator[bytes]], limits: Limits = Limits(), **data: Any
) -> bytes:
    async def go() -> bytes:
        with await run(function, data, limits, "“名单.xlsx”") as answer:
            return answer.read()

    return asyncio.run(go())


def test_data_goes_in_and_bytes_come_back():
    assert (
        result(work.echo, name="甲", numbers=[1, None]) == "name=甲\nnumbers=[1, None]\n".encode()
    )


def test_it_has_no_environment_and_no_files_of_its_parent(monkeypatch, tmp_path):
    monkeypatch.setenv("BACKSTOP_SECRET", "not for children")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        names, files = result(work.surroundings).decode().splitlines()
    assert "BACKSTOP" not in names
    assert "PATH" not in names
    assert files == "['0', '1', '2', '3']"  # 3 is the look at them


@pytest.mark.parametrize(
    ("function", "limits", "said"),
    [
        (work.refuse, Limits(), "“名单.xlsx”打不开。"),
        (work.fail, Limits(), "可能已经损坏"),
        (work.crash, Limits(), "可能已经损坏"),
        (work.take_memory, Limits(), "内存超过1024MB"),
        (work.flood, Limits(output=8 << 20), "内容太多"),
    ],
)
def test_a_child_that_fails_is_a_refusal(function, limits, said, caplog):
    with pytest.raises(Refused, match=said) as refusal:
        result(function, limits)
    assert str(refusal.value).startswith("“名单.xlsx”")
    assert "99012119800101001X" not in caplog.text
    assert not children()


def test_what_a_killed_child_wrote_is_removed(tmp_path):
    with pytest.raises(Refused):
        result(work.leave, file=str(tmp_path / "which"))
    assert not Path((tmp_path / "which").read_text()).exists()


@pytest.mark.parametrize(("function", "kept"), [(work.complain, parent.LAST), (work.warn, 0)])
def test_of_what_a_child_says_on_standard_error_little_is_kept(function, kept):
    """Of each of a million cells a library may warn."""
    child = parent._Child(function, {}, Limits(), "“名单.xlsx”")
    with TemporaryFile() as answer:
        code, said = child._ended(answer)
    assert (code, len(said)) == (0, kept)


def test_a_child_that_never_began_is_a_refusal(monkeypatch):
    monkeypatch.setattr(parent, "COMMAND", ("false",))
    with pytest.raises(Refused, match="读到一半出错"):
        result(work.echo, much="x" * (1 << 20))


@pytest.mark.parametrize(
    ("function", "limits"), [(work.spin, Limits(cpu=1)), (work.hang, Limits(wall=1))]
)
def test_a_child_that_takes_too_long_is_a_refusal(function, limits, tmp_path):
    with pytest.raises(Refused, match="规定时间内没有读完。请"):
        result(function, limits, file=str(tmp_path / "child"))
    assert not children()


def test_two_at_once_and_the_others_wait(tmp_path):
    notes = tmp_path / "notes"

    async def go() -> None:
        await asyncio.gather(
            *(run(work.take_a_while, {"file": str(notes)}, Limits()) for _ in range(6))
        )

    asyncio.run(go())
    steps = [1 if line == "+" else -1 for line in notes.read_text().split()]
    assert len(steps) == 12
    assert max(accumulate(steps)) == 2


@pytest.mark.parametrize("function", [work.spin, work.hang])
def test_whoever_is_cancelled_ends_his_child_and_gives_up_his_place(function, tmp_path):
    async def go() -> None:
        files = [tmp_path / str(number) for number in range(2)]
        running = [
            asyncio.create_task(run(function, {"file": str(one)}, Limits())) for one in files
        ]
        await asyncio.to_thread(eventually, lambda: all(one.exists() for one in files))
        waiting = asyncio.create_task(run(function, {"file": str(tmp_path / "no")}, Limits()))
        await asyncio.sleep(0)
        for task in (waiting, *running):
            task.cancel()
        await asyncio.gather(waiting, *running, return_exceptions=True)
        assert all(task.cancelled() for task in (waiting, *running))
        with await run(work.echo, {"after": 1}, Limits()) as answer:
            assert answer.read() == b"after=1\n"
        await asyncio.to_thread(eventually, lambda: not children())
        assert not (tmp_path / "no").exists()

    asyncio.run(go())


PARENT = """
import asyncio, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
from kit.child_process import parent
from kit.child_process.parent import Limits, run
from tests.kit.child_process import work
asyncio.run(run(getattr(work, sys.argv[1]), {"file": sys.argv[2]}, Limits()))
"""


@pytest.mark.parametrize("function", ["spin", "hang"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_child_ends_with_its_parent(function, how, tmp_path):
    file = tmp_path / "child"
    command = [sys.executable, "-c", PARENT, function, str(file)]
    with started(command, cwd=ROOT, stderr=subprocess.DEVNULL) as mother:
        eventually(file.exists)
        mother.send_signal(how)
        mother.wait(60)
        began = time.monotonic()
        eventually(lambda: not is_alive(int(file.read_text())))
        assert time.monotonic() - began < 10
