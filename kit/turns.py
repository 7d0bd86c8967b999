"""So many at once, and no more: what one account sends holds up nobody else."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from kit.errors import TooMany

Answer = TypeVar("Answer")
WAITING = 8
FULL = "您同时提交的太多，这一次没有办理。请等前面的办完再提交。"


@dataclass
class Line:
    """Who is at work or waits; `limiter` lets so many of them work."""

    limiter: CapacityLimiter
    inside: int = 0


_at_work: Counter[Hashable] = Counter()
_lines: RunVar[dict[Hashable, Line]] = RunVar("who stands in line")
_waiting: RunVar[CapacityLimiter] = RunVar("threads that wait for a sender")


@contextmanager
def turn(most: int, *whose: Hashable) -> Iterator[None]:
    """`TooMany` when `most` of the same are at work in this process already."""
    if _at_work[whose] >= most:
        raise TooMany(FULL)
    _at_work[whose] += 1
    try:
        yield
    finally:
        _at_work[whose] -= 1
        if not _at_work[whose]:
            del _at_work[whose]


@asynccontextmanager
async def in_line(most: int, waiting: int, *whose: Hashable) -> AsyncIterator[None]:
    """As `turn`, but whoever comes while `most` of the same are at work waits for them, first come
    first served; `TooMany` behind `waiting` others. No thread and no connection waits with him.
    """
    lines = _lines_of_loop()
    line = lines.setdefault(whose, Line(CapacityLimiter(most)))
    if line.inside >= most + waiting:
        raise TooMany(FULL)
    line.inside += 1
    try:
        async with line.limiter:
            yield
    finally:
        line.inside -= 1
        if not line.inside:
            del lines[whose]


def _lines_of_loop() -> dict[Hashable, Line]:
    try:
        return _lines.get()
    except LookupError:
        lines: dict[Hashable, Line] = {}
        _lines.set(lines)
        return lines


async def in_waiting_thread(work: Callable[..., Answer], *args: Any) -> Answer:
    """Run what waits for a sender in one of a few threads kept for that: all others go on, however
    slowly somebody sends.
    """
    try:
        limiter = _waiting.get()
    except LookupError:
        limiter = CapacityLimiter(WAITING)
        _waiting.set(limiter)
    return await to_thread.run_sync(work, *args, limiter=limiter)
