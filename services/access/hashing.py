"""Passwords are hashed by two threads and no more: whoever guesses by the hundred slows nobody else."""

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from services.access.passwords.commands import fits, made

AT_ONCE = 2
_pool: RunVar[CapacityLimiter] = RunVar("threads that hash passwords")


def _limiter() -> CapacityLimiter:
    try:
        return _pool.get()
    except LookupError:
        limiter = CapacityLimiter(AT_ONCE)
        _pool.set(limiter)
        return limiter


async def hashed(password: str) -> str:
    return await to_thread.run_sync(made, password, limiter=_limiter())


async def matches(hash: str | None, password: str) -> bool:
    """As slow where there is no such account."""
    return await to_thread.run_sync(fits, hash, password, limiter=_limiter())
