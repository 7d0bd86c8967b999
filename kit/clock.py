"""Time comes from outside: whoever needs it is handed a clock, or the instant itself."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]  # aware, UTC


def system_clock() -> datetime:
    return datetime.now(UTC)


def shown(clock: Clock, stamp: datetime) -> datetime:
    """What the clock showed at `stamp`, an instant by the machine's own clock such as the broker's;
    only in a rehearsal is it another one.
    """
    rehearsed: Callable[[datetime], datetime] | None = getattr(clock, "shown", None)
    return rehearsed(stamp) if rehearsed else stamp


class SimulatedClock:
    """A clock that only moves when told, for tests and the demo; it knows when it was told."""

    def __init__(self, now: datetime) -> None:
        self._moved: list[datetime] = []  # by the machine's clock
        self._set: list[datetime] = []
        self.set(now)

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        # A stamp is cut to milliseconds: what was sent before may bear this one, and nothing after does.
        entered = system_clock()
        while system_clock() < entered + timedelta(milliseconds=2):
            sleep(0.0005)
        self.now = now.astimezone(UTC)
        self._moved.append(system_clock())
        self._set.append(self.now)

    def __call__(self) -> datetime:
        return self.now

    def shown(self, stamp: datetime) -> datetime:
        place = bisect_right(self._moved, stamp + timedelta(milliseconds=1))  # stamps are cut to ms
        return self._set[max(place - 1, 0)]


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
        return datetime.fromisoformat(self.path.read_text().strip())

    def shown(self, stamp: datetime) -> datetime:
        """What it shows now: the file keeps no past."""
        return self()


def local_date(now: datetime) -> date:
    """The calendar day in Shanghai of an aware instant."""
    return now.astimezone(ZONE).date()
