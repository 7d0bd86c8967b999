"""Child processes that outlive us: start them, know them again, end them and no others."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backstop.engines.private import read_state, write_private


@dataclass(frozen=True)
class Mark:
    """A process and when it began: a number alone may belong to somebody else tomorrow."""

    pid: int
    began: str


def mark_of(pid: int) -> Mark | None:
    """The mark of a living process, else nothing (a zombie is not living)."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()
        state, began = fields[0], f"{_boot()} {fields[19]}"
    else:
        shown = subprocess.run(
            ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split(None, 1)
        if len(shown) < 2:
            return None
        state, began = shown[0][0], shown[1].strip()
    if state in "ZX":
        with contextlib.suppress(OSError):
            os.waitpid(pid, os.WNOHANG)
        return None
    return Mark(pid, began)


def exists(pid: int) -> bool:
    """Whether the number is taken, be it by a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _boot() -> str:
    """This start of the machine: times in /proc count from it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "-"


def write_mark(path: Path, mark: Mark) -> None:
    write_private(path, f'{{"pid": {mark.pid}, "began": "{mark.began}"}}\n')


def read_mark(path: Path) -> Mark | None:
    """The process that a pid file names, living or not."""
    state = read_state(path)
    try:
        return Mark(int(state["pid"]), str(state["began"]))
    except (KeyError, ValueError):
        return None


def living(path: Path) -> Mark | None:
    """The process that a pid file names, if it is still that very process."""
    mark = read_mark(path)
    return mark if mark and alive(mark) else None


def alive(mark: Mark) -> bool:
    return mark_of(mark.pid) == mark


def spawn(
    command: Sequence[str | Path],
    log: IO[bytes],
    folder: Path,
    env: Mapping[str, str],
    run_as: tuple[int, int] | None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches us and not it."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=folder,
        env=dict(env),
        start_new_session=True,
        umask=0o077,
        user=run_as[0] if run_as else None,
        group=run_as[1] if run_as else None,
        extra_groups=[] if run_as else None,
    )


def run(
    command: Sequence[str | Path],
    folder: Path,
    env: Mapping[str, str],
    run_as: tuple[int, int] | None,
    timeout: float,
) -> subprocess.CompletedProcess[str]:
    """Run a child to its end and keep what it says."""
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=folder,
        env=dict(env),
        umask=0o077,
        timeout=timeout,
        check=False,
        user=run_as[0] if run_as else None,
        group=run_as[1] if run_as else None,
        extra_groups=[] if run_as else None,
    )


def terminate(mark: Mark, polite: signal.Signals, patience: float) -> bool:
    """End this very process: politely, then by force. True when politeness was enough."""
    for sign, seconds in ((polite, patience), (signal.SIGKILL, 10.0)):
        if not alive(mark):
            return True
        with contextlib.suppress(ProcessLookupError):
            os.kill(mark.pid, sign)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not alive(mark):
                return sign == polite
            time.sleep(0.03)
    return False


def last_lines(path: Path, since: str, count: int = 15) -> str:
    """The end of a log after the last line that begins with `since`, for an error message."""
    try:
        with open(path, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 16_384))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("\tat ")]
    begins = [number for number, line in enumerate(lines, 1) if line.startswith(since)]
    return "\n".join(lines[begins[-1] if begins else 0 :][-count:])


def resident_mb(pid: int) -> int | None:
    """Memory held by a process, in MB, where the system tells."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
    except OSError:
        pass
    return None
