"""Figures of the units' contacts (N-09)."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, select

from services.county.figures import Contacted
from services.county.reporters.models import VisitsMonth
from services.county.statistics.rules import rate


def contacted(rows: Iterable[VisitsMonth], as_of: date, decimals: int = 2) -> Contacted:
    """应联系, 已联系, 未联系上 and 联系率 of one unit or several.

    Basis: households that were assigned when the month opened, without the exempt. Numerator: those
    contacted. Denominator: all of them; one tried in vain is neither contacted nor neglected.
    Cut-off: the end of `as_of`; of what each unit had told by then, with its signature or on the day
    that it missed: nobody was contacted before it says so.
    """
    made = [row.at(as_of) for row in rows]
    required, reached = sum(row.required for row in made), sum(row.contacted for row in made)
    return Contacted(
        required=required,
        contacted=reached,
        unreached=sum(row.unreached for row in made),
        contact_rate=rate(reached, required, decimals),
    )


def all_contacted(session: Session, month: str, as_of: date, decimals: int = 2) -> Contacted:
    """`contacted` of all units of the county."""
    statement = select(VisitsMonth).where(VisitsMonth.month == month)
    return contacted(session.exec(statement), as_of, decimals)
