"""What both engines have in common: one child process with a pid file, a log and a first answer."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from backstop.engines import process
from backstop.engines.errors import EngineDied, EngineError
from backstop.engines.private import make_folder, os_error
from backstop.engines.progress import Progress

STARTS = "--- backstop starts"
LOG_LIMIT = 10 * 1024 * 1024


class ChildEngine(ABC):
    """Start, find again and stop one engine of one home folder."""

    name: str
    title: str
    polite: signal.Signals
    patience: float  # seconds for a polite stop
    start_timeout = 120.0
    run_as: tuple[int, int] | None = None

    def __init__(self, home: Path, *, fast: bool = False) -> None:
        self.home, self.fast = home, fast
        self.log = home / "logs" / f"{self.name}.log"
        self.pid_file = home / "run" / f"{self.name}.pid"
        self.state_file = home / self.name / "state.json"
        self._child: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self, progress: Progress) -> None:
        """Make everything that the command needs: programs, secrets, configuration, data folder."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The command line; no secret may stand in it, every user of the machine can read it."""

    @abstractmethod
    def answers(self, patience: float) -> bool:
        """Whether the administrator can log in and is served."""

    @abstractmethod
    def folder(self) -> Path:
        """Where the child runs."""

    def mend(self, died: EngineDied) -> bool:
        """Remove the cause of a failed start; True when it is worth another try."""
        return False

    def start(self, progress: Progress) -> bool:
        """Be running and answering. False when it already was: one left by a crash is adopted."""
        mark = process.living(self.pid_file)
        if mark and self.answers(5.0):
            return False
        if mark:
            progress.say(f"{self.title} 无应答，重新启动 … not answering, starting it again")
            process.terminate(mark, self.polite, self.patience)
        self.prepare(progress)
        progress.say(f"启动 {self.title} … starting")
        tries = 0
        try:
            while True:
                self._spawn()
                try:
                    self._wait()
                    return True
                except EngineDied as died:
                    tries += 1
                    if tries > 20 or not self.mend(died):
                        raise
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Be stopped; nothing happens when it is not running."""
        mark = process.living(self.pid_file)
        if mark:
            process.terminate(mark, self.polite, self.patience)
        if self._child is not None:
            self._child.wait(10)
            self._child = None
        self.pid_file.unlink(missing_ok=True)

    def state(self) -> tuple[str, dict[str, Any]]:
        """`running`, `not answering` or `stopped`, with what is known about the process."""
        mark = process.living(self.pid_file)
        details: dict[str, Any] = {"log": str(self.log)}
        if mark is None:
            return "stopped", details
        details |= {"pid": mark.pid, "memory_mb": process.resident_mb(mark.pid)}
        return ("running" if self.answers(3.0) else "not answering"), details

    def _spawn(self) -> None:
        make_folder(self.log.parent)
        try:
            if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
                os.replace(self.log, self.log.with_suffix(".log.1"))
            with open(self.log, "ab", opener=_private) as log:
                log.write(f"{STARTS} {self.name} {time.strftime('%Y-%m-%d %H:%M:%S')}\n".encode())
                log.flush()
                self._child = process.spawn(
                    self.command(), log, self.folder(), environment(), self.run_as
                )
        except OSError as error:
            raise os_error(error, self.folder()) from error
        mark = process.mark_of(self._child.pid)
        if mark:
            process.write_mark(self.pid_file, mark)

    def _wait(self) -> None:
        assert self._child is not None
        deadline = time.monotonic() + self.start_timeout
        while self._child.poll() is None:
            if self.answers(1.0):
                return
            if time.monotonic() > deadline:
                raise EngineError(
                    f"{self.title} 在 {self.start_timeout:.0f} 秒内没有应答。日志：{self.log}",
                    f"{self.title} did not answer in time. The end of its log:",
                    process.last_lines(self.log, since=STARTS),
                )
            time.sleep(0.05)
        status = self._child.returncode
        self._child = None
        raise EngineDied(
            f"{self.title} 启动失败（退出码 {status}）。日志：{self.log}",
            f"{self.title} ended at start (status {status}). The end of its log:",
            process.last_lines(self.log, since=STARTS),
        )


def environment() -> dict[str, str]:
    """A bare environment: no JAVA_TOOL_OPTIONS or PGDATA of the machine reaches a child, and no
    secret of ours.
    """
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }  # in plain C, Java cannot open a path with Chinese in it


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
