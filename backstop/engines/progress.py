"""Telling the person at the keyboard what goes on."""

from __future__ import annotations

import sys
import threading
from typing import Protocol


class Progress(Protocol):
    """What `Engines.start` reports to."""

    def say(self, text: str) -> None:
        """One thing begins."""

    def step(self, text: str, done: int, total: int) -> None:
        """A long thing has come so far; it is over when `done == total`."""


class Silent:
    """Says nothing."""

    def say(self, text: str) -> None: ...

    def step(self, text: str, done: int, total: int) -> None: ...


class Lines:
    """One plain line a thing, and one a quarter of a long one: for log files."""

    def __init__(self) -> None:
        self._quarter: dict[str, int] = {}
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        print(text, flush=True)

    def step(self, text: str, done: int, total: int) -> None:
        quarter = 4 * done // max(total, 1)
        with self._lock:
            if self._quarter.get(text) == quarter:
                return
            self._quarter[text] = quarter
        print(f"{text} {done}/{total}", flush=True)


class Bar:
    """Lines with a bar for a long thing: for a terminal."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console()
        self._bars: dict[str, int] = {}
        self._lock = threading.Lock()
        self._live: object | None = None

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False)

    def step(self, text: str, done: int, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        with self._lock:
            if not isinstance(self._live, RichProgress):
                self._live = RichProgress(
                    TextColumn("{task.description}"),
                    BarColumn(),
                    MofNCompleteColumn(),
                    TimeRemainingColumn(),
                    console=self._console,
                )
                self._live.start()
            if text not in self._bars:
                self._bars[text] = self._live.add_task(text, total=total)
            self._live.update(self._bars[text], completed=done, total=total)  # type: ignore[arg-type]
            if self._live.finished:
                self._live.stop()
                self._live, self._bars = None, {}


def console_progress() -> Progress:
    """A bar on a terminal, plain lines elsewhere."""
    return Bar() if sys.stdout.isatty() else Lines()
