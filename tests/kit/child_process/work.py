"""What children of the tests do. Each yields bytes, as whatever `run` is given."""

import os
import socket
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from kit.errors import Refused


def echo(**said: object) -> Iterator[bytes]:
    for name, value in said.items():
        yield f"{name}={value}\n".encode()


def surroundings() -> Iterator[bytes]:
    """Environment and open files."""
    yield repr(sorted(os.environ)).encode() + b"\n"
    yield repr(sorted(os.listdir("/proc/self/fd"), key=int)).encode()


def refuse() -> Iterator[bytes]:
    yield b"half"
    raise Refused("打不开。")


def fail() -> Iterator[bytes]:
    yield b"half"
    raise ValueError("99012119800101001X")


def take_memory() -> Iterator[bytes]:
    yield b"x" * (2 << 30)


def flood() -> Iterator[bytes]:
    while True:
        yield b"x" * (1 << 20)


def leave(file: str) -> Iterator[bytes]:
    """A file of its own, as openpyxl writes its sheets; `file` says which. Then it is killed."""
    with NamedTemporaryFile("w", delete=False) as left:
        left.write("99012119800101001X")
    _say(Path(file), left.name)
    yield b""
    os.kill(os.getpid(), 9)


def complain() -> Iterator[bytes]:
    """More on standard error than anybody should keep."""
    for _ in range(64):
        sys.stderr.write("x" * (1 << 20))
    yield b""


def warn() -> Iterator[bytes]:
    warnings.warn("99012119800101001X", stacklevel=1)  # as openpyxl, of a cell
    yield b""


def spin(file: str) -> Iterator[bytes]:
    """Says in `file` who it is, and goes on for ever."""
    _say(Path(file), str(os.getpid()))
    while True:
        yield from ()


def hang(file: str) -> Iterator[bytes]:
    _say(Path(file), str(os.getpid()))
    mine, _ = socket.socketpair()
    yield mine.recv(1)


def crash() -> Iterator[bytes]:
    yield b"half"
    sys.stdout.flush()
    os.kill(os.getpid(), 11)


def take_a_while(file: str) -> Iterator[bytes]:
    """Notes in `file` when it begins and when it ends."""
    with open(file, "a") as notes:
        print("+", file=notes, flush=True)
        time.sleep(0.2)
        print("-", file=notes, flush=True)
    yield b""


def _say(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)
