"""Time comes from outside: whoever needs it is handed a clock, or the instant itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]  # aware, UTC


def system_clock() -> datetime:
    return datetime.now(UTC)


class SimulatedClock:
    """A clock that only moves when told, for tests and the demo."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


class FileClock:
    """A clock for rehearsals of several processes: the moment (ISO 8601, aware) stands in a file
    that somebody writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, now: datetime) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(now.astimezone(UTC).isoformat())
        fresh.replace(self.path)

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())


def local_date(now: datetime) -> date:
    """The calendar day in Shanghai of an aware instant."""
    return now.astimezone(ZONE).date()
