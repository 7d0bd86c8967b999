"""How far the month has come, in the whole county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from services.county.figures import Late
from services.county.reporters.models import ReporterKind
from services.county.reporters.queries import TierStatus
from services.county.statistics.queries import cases, households, orders


@dataclass(frozen=True)
class Glance:
    """The county at the end of the day; each number is a figure of `statistics`."""

    monitored: int
    undecided: int
    late: Late
    missing: int


def glance(session: Session, tiers: Sequence[TierStatus], on: date) -> Glance:
    """How many households, where they wait, who did not report. `tiers`: the month's."""
    return Glance(
        monitored=households.monitored_now(session, on),
        undecided=cases.undecided_now(session, on),
        late=orders.late(session, on),
        missing=sum(tier.figures.missing for tier in tiers if tier.kind is not ReporterKind.OFFICE),
    )
