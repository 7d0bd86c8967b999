"""Starts the child, waits for it, and says in a sentence why it did not come back."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from io import SEEK_END, BytesIO
from pathlib import Path
from signal import SIGABRT, SIGALRM, SIGKILL, SIGXCPU, SIGXFSZ
from tempfile import TemporaryDirectory, TemporaryFile
from time import thread_time
from typing import Any, BinaryIO, TypeVar

from kit.child_process.child import NO_MEMORY, REFUSED
from kit.child_process.turns import Turns
from kit.errors import Refused

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)
AT_ONCE = 2  # children of this process; whoever comes later waits for his turn
SHORT = 1 << 20  # bytes of an answer that is held in memory: a thousand files may be open at once
ROOT = Path(__file__).parents[2]  # what `kit` is imported from
LAST = 1 << 16  # bytes of standard error that are kept: a library warns of every cell if it likes
COMMAND = (sys.executable, "-s", "-W", "ignore", "-X", "utf8", "-m", "kit.child_process.child")
USED_UP = "没有再读：这一次导入的内容太复杂，规定的时间已经用完。请分几次导入。"
# One thread waits for one child. Threads of their own: who waits here keeps nobody else waiting.
_children: Turns[Any] = Turns(AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """Of one child; time that it waits for its turn does not count."""

    memory: int = 1 << 30  # bytes of address space
    cpu: int = 60  # seconds
    wall: int = 600  # seconds
    output: int = 1 << 29  # bytes


@dataclass
class Sender:
    """Who sent what the children of one request read: one at a time, in turn with other accounts.
    `cpu`: seconds of processor time that they may still take together.
    """

    account: str
    cpu: float


async def run(
    function: Callable[..., Iterator[bytes]],
    data: Mapping[str, Any],
    limits: Limits,
    subject: str = "这个文件",
    sender: Sender | None = None,
) -> BinaryIO:
    """What a module-level function yields for `data`, as a file without a name, from its start;
    `Refused`, of `subject`, when it refuses, breaks a limit or dies. Whoever is cancelled ends his
    child. `sender` None: nobody's, which waits for no other of the kind.
    """
    if sender:
        if sender.cpu < 1:  # the kernel counts whole seconds
            raise Refused(f"{subject}{USED_UP}")
        limits = replace(limits, cpu=min(limits.cpu, int(sender.cpu)))
    child = _Child(function, data, limits, subject)
    try:
        account = sender.account if sender else child
        return await asyncio.wrap_future(_children.submit(account, child.run))
    except asyncio.CancelledError:
        child.kill()
        raise
    finally:
        if sender:
            sender.cpu -= child.cpu


async def in_turn(work: Callable[[], Answer], sender: Sender | None = None) -> Answer:
    """What comes of `work` on what a child has read, in a thread: in its sender's turn and off his
    time as well, so that it too keeps nobody else waiting.
    """

    def timed() -> Answer:
        begun = thread_time()
        try:
            return work()
        finally:
            if sender:
                sender.cpu -= thread_time() - begun

    account = sender.account if sender else timed
    return await asyncio.wrap_future(_children.submit(account, timed))


class _Child:
    def __init__(
        self,
        function: Callable[..., Iterator[bytes]],
        data: Mapping[str, Any],
        limits: Limits,
        subject: str,
    ) -> None:
        self._what = f"{function.__module__}.{function.__name__}"
        self._limits, self._subject = limits, subject
        self._request = {
            "module": function.__module__,
            "function": function.__name__,
            "limits": asdict(limits),
            "data": data,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self.cpu = 0.0  # seconds that it took

    def run(self) -> BinaryIO:
        """Blocks until the child has ended."""
        output = TemporaryFile()  # noqa: SIM115
        try:
            code, stderr = self._ended(output)
            if code:
                raise Refused(self._refusal(code, stderr))
        except BaseException:
            output.close()
            raise
        length = output.seek(0, SEEK_END)
        output.seek(0)
        if length > SHORT:
            return output
        with output:
            return BytesIO(output.read())

    def _ended(self, output: BinaryIO) -> tuple[int, str]:
        """How the child ended, and what it said last on standard error."""
        stderr, pipe = b"", subprocess.PIPE
        with (
            TemporaryDirectory() as folder,  # a library's own files, also of one that was killed
            suppress(BrokenPipeError),  # it died before it was asked
            subprocess.Popen(
                COMMAND, stdin=pipe, stdout=output, stderr=pipe, cwd=ROOT, env={"TMPDIR": folder}
            ) as process,
        ):
            self._process = process
            if self._killed:  # before there was a process
                process.kill()
            assert process.stdin
            assert process.stderr
            process.stdin.write(json.dumps(self._request).encode() + b"\n")
            process.stdin.flush()  # and stays open as long as the child may live
            while part := process.stderr.read(LAST):
                stderr = (stderr + part)[-LAST:]
            self._wait(process)
        return process.returncode, stderr.decode(errors="replace")

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        """Until it has ended, and learn what it took."""
        with suppress(ChildProcessError):  # whoever killed it has seen its end
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime

    def kill(self) -> None:
        """It is waited for by the thread that runs it."""
        self._killed = True
        if self._process:
            self._process.kill()

    def _refusal(self, code: int, stderr: str) -> str:
        if code == REFUSED:
            return f"{self._subject}{stderr}"  # as the function says of it
        log.warning("child for %s ended with %s: %s", self._what, code, _last_word(stderr))
        if code in (NO_MEMORY, -SIGABRT, -SIGKILL):
            most = self._limits.memory >> 20
            why = f"太大，打开它要用的内存超过{most}MB。请删去多余的空行、空列和图片，或者拆成几个文件"
        elif code in (-SIGXCPU, -SIGALRM):
            why = "太复杂，规定时间内没有读完。请把内容复制到新的表格里，或者拆成几个文件"
        elif code == -SIGXFSZ:
            why = "内容太多。请拆成几个文件"
        else:
            why = "读到一半出错，可能已经损坏。请把内容复制到新的表格里，另存为 .xlsx"
        return f"{self._subject}{why}，再重新上传。"


def _last_word(stderr: str) -> str:
    """The error's kind; its text may quote the file."""
    return stderr.strip().rpartition("\n")[2].partition(":")[0][:80]
