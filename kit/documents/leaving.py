"""Who takes a file out, when, and for what: it stands in the file itself, wherever it goes then."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime

from kit.actor import Actor
from kit.dates import show_moment

LONGEST_WHY = 200  # characters


@dataclass(frozen=True)
class Leaving:
    """Whoever is at the door now; `at` with its time zone; `why`: the purpose he stated, if any."""

    actor: Actor
    at: datetime
    why: str = ""

    @property
    def line(self) -> str:
        """As a workbook shows it under its title, and every file in its properties."""
        purpose = f"；用途：{self.why}" if self.why else ""
        return f"导出：{self.actor.label}，{show_moment(self.at)}{purpose}"


_leaving: ContextVar[Leaving | None] = ContextVar("leaving", default=None)


@contextmanager
def at_the_door(actor: Actor, at: datetime) -> Iterator[None]:
    """What is made until the door has answered leaves with this actor."""
    before = _leaving.set(Leaving(actor, at))
    try:
        yield
    finally:
        _leaving.reset(before)


def because(why: str) -> None:
    """The purpose that was stated for what leaves now: it is asked for where fields are sensitive."""
    if now := _leaving.get():
        _leaving.set(replace(now, why=why.strip()[:LONGEST_WHY]))


def leaving() -> Leaving | None:
    """None where nobody is at a door: a command, a job."""
    return _leaving.get()
