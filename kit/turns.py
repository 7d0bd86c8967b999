"""So many at once, and no more: what one account sends holds up nobody else."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from kit.errors import TooMany

Answer = TypeVar("Answer")
WAITING = 8
_at_work: Counter[Hashable] = Counter()
_waiting: RunVar[CapacityLimiter] = RunVar("threads that wait for a sender")


@contextmanager
def turn(most: int, *whose: Hashable) -> Iterator[None]:
    """`TooMany` when `most` of the same are at work in this process already."""
    if _at_work[whose] >= most:
        raise TooMany("您同时提交的太多，这一次没有办理。请等前面的办完再提交。")
    _at_work[whose] += 1
    try:
        yield
    finally:
        _at_work[whose] -= 1
        if not _at_work[whose]:
            del _at_work[whose]


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
