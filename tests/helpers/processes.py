"""Whatever a test starts, it ends."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def started(command: list[str], **how: Any) -> Iterator[subprocess.Popen]:
    """A process in a group of its own; the group ends with the block, also after a failure or a
    timeout.
    """
    child = subprocess.Popen(command, start_new_session=True, **how)
    try:
        yield child
    finally:
        end(child)


def end(child: subprocess.Popen) -> None:
    """Kill it and what it started, but for what has left its group (our engines do)."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
