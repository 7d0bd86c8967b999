"""Waiting for what a test looks at; the time given only ends a test that would wait for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 120.0  # seconds


def eventually(look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look` finds at last."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"after {seconds} s there is still {found!r}"
        time.sleep(0.05)
    return found
