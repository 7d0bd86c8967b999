"""Freed memory goes back to the system (F-50, decisions/0014)."""

import ctypes

ARENA_MAX = -8  # glibc's M_ARENA_MAX


def keep_one_heap() -> None:
    """One heap of the C library for all threads instead of up to eight a core: each keeps what its
    threads once needed. Before there are threads; other libraries than glibc have one anyway.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(ARENA_MAX, 1)
