"""What all figures share, whichever service counts: days, shares, means, and an order's clocks.

A day counts to its end in Shanghai. docs/domain/figures.md lists every figure with its basis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise


def percent(part: int, whole: int, decimals: int = 2) -> str:
    """`part` of `whole` in per cent, half-up; "—" without a denominator: 9704/14293 -> "67.89%"
    (R-03, GT-02).
    """
    return "—" if whole == 0 else f"{_rounded(Decimal(100 * part) / whole, decimals)}%"


def average(total: int, count: int, decimals: int = 1) -> str:
    """Half-up; "—" without a denominator: 13755/3879 -> "3.5" (R-04, B-17)."""
    return "—" if count == 0 else str(_rounded(Decimal(total) / count, decimals))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def came_by(day: date | None, as_of: date) -> date | None:
    """The day, unless it lies after the cut-off: then nothing had come."""
    return day if day is not None and day <= as_of else None


@dataclass(frozen=True)
class Span:
    """The days between two cut-offs, the first and the last included; `since` None: from the
    beginning.
    """

    since: date | None
    as_of: date

    def holds(self, day: date | None) -> bool:
        return day is not None and day <= self.as_of and not self.precedes(day)

    def came(self, day: date | None) -> date | None:
        return came_by(day, self.as_of)

    def precedes(self, day: date) -> bool:
        """Whether the day lies before the span."""
        return self.since is not None and day < self.since


@dataclass(frozen=True)
class Clock:
    """One clock of an order: its due day, when it was kept, and when the order was closed."""

    due: date | None
    done: date | None
    closed: date | None = None

    def is_overdue(self, as_of: date) -> bool:
        """At the end of the day: the due day has passed, nothing came, the order is still open."""
        silent = came_by(self.done, as_of) is None and came_by(self.closed, as_of) is None
        return self.due is not None and as_of > self.due and silent

    def is_owed(self, span: Span) -> bool:
        """Whether it stands in the span's denominator: kept or given up overdue in it, or overdue
        at its end. So whoever stays silent is carried in until he answers or the order is closed
        (F-07).
        """
        if came_by(self.done, span.as_of):
            return span.holds(self.done)
        if closed := came_by(self.closed, span.as_of):
            return span.holds(closed) and self.due is not None and closed > self.due
        return self.is_overdue(span.as_of)

    def is_kept(self, span: Span) -> bool:
        """Owed, and done by the end of its due day."""
        done = came_by(self.done, span.as_of)
        return done is not None and span.holds(done) and (self.due is None or done <= self.due)


def share_kept(clocks: Sequence[Clock], span: Span) -> tuple[int, int]:
    """Kept in time, and owed, of these clocks in the span: numerator and denominator."""
    return sum(clock.is_kept(span) for clock in clocks), sum(
        clock.is_owed(span) for clock in clocks
    )


def age_label(days: int, scale: Sequence[int]) -> str:
    """Where a number of working days stands on the pack's scale (`statistics.ages`)."""
    labels = age_labels(scale)
    return next(
        (name for most, name in zip(scale, labels, strict=False) if days <= most), labels[-1]
    )


def age_labels(scale: Sequence[int]) -> list[str]:
    """The columns of an ageing table: (5, 10) -> 5个工作日以内, 6至10个工作日, 10个工作日以上."""
    ranges = pairwise(scale)
    return [
        f"{scale[0]}个工作日以内",
        *(f"{below + 1}至{most}个工作日" for below, most in ranges),
        f"{scale[-1]}个工作日以上",
    ]
