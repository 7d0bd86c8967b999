"""Whose child is next: one at a time of each account, and whoever had none comes before him who had
one. However much one account sends, the others wait for what is at work and for nothing else.
"""

from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")


class Turns(Generic[Answer]):
    """`most` threads, each for one piece of work at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="child")
        self._lock = Lock()
        # Of each account what it waits for; who was served last stands last.
        self._waiting: dict[Hashable, deque[tuple[Future[Answer], Callable[[], Answer]]]] = {}
        self._at_work = set[Hashable]()

    def submit(self, account: Hashable, work: Callable[[], Answer]) -> Future[Answer]:
        """What comes of it; cancelled while it waits, it is never begun."""
        future = Future[Answer]()
        with self._lock:
            self._waiting.setdefault(account, deque()).append((future, work))
            self._begin()
        return future

    def _begin(self) -> None:
        for account in [*self._waiting]:
            if len(self._at_work) == self._most:
                return
            if account not in self._at_work:
                self._begin_one(account)

    def _begin_one(self, account: Hashable) -> None:
        queue = self._waiting[account]
        while queue:
            future, work = queue.popleft()
            if future.set_running_or_notify_cancel():
                self._at_work.add(account)
                self._pool.submit(self._do, account, future, work)
                break
        if not queue:
            del self._waiting[account]

    def _do(self, account: Hashable, future: Future[Any], work: Callable[[], Answer]) -> None:
        try:
            answer = work()
        except BaseException as error:  # whoever waits for it is told
            self._ended(account)
            future.set_exception(error)
        else:
            self._ended(account)
            future.set_result(answer)

    def _ended(self, account: Hashable) -> None:
        with self._lock:
            self._at_work.discard(account)
            if account in self._waiting:
                self._waiting[account] = self._waiting.pop(account)
            self._begin()
