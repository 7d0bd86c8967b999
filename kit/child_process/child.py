"""The child: one line of JSON on standard input says what to do and within which limits; the answer
goes to standard output, a refusal to standard error.

Imports nothing that starts slowly: a clerk waits for it.
"""

import fcntl
import json
import os
import resource
import select
import signal
import sys
from importlib import import_module

from kit.errors import Refused

REFUSED, NO_MEMORY = 3, 4  # how it exits; a signal's number, negative, where the kernel ended it


def main() -> int:
    request = json.loads(sys.stdin.buffer.readline())
    _limit(**request["limits"])
    _end_with_parent()
    function = getattr(import_module(request["module"]), request["function"])
    try:
        for part in function(**request["data"]):
            sys.stdout.buffer.write(part)
        sys.stdout.flush()
    except Refused as refusal:
        sys.stderr.write(str(refusal))
        return REFUSED
    except MemoryError:
        return NO_MEMORY
    return 0


def _limit(memory: int, cpu: int, wall: int, output: int) -> None:
    """Each limit is the kernel's: no code of ours has to be alive to keep it."""
    if sys.platform == "linux":  # others refuse it, or do not count
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))  # SIGXCPU, then SIGKILL
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it holds is personal
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    signal.alarm(wall)


def _end_with_parent() -> None:
    """As soon as the parent closes its end of standard input or dies, SIGIO ends this process, also
    in the middle of a library's own code. (A death signal would follow the parent's *thread*.)
    """
    fcntl.fcntl(sys.stdin, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sys.stdin, fcntl.F_SETFL, fcntl.fcntl(sys.stdin, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([sys.stdin], [], [], 0)[0]:  # it was closed before
        signal.raise_signal(signal.SIGIO)


if __name__ == "__main__":
    sys.exit(main())
