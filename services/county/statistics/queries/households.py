"""Figures of monitored households (R-01…R-03, R-07, R-12)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from rulebook.months import last_day, month_of
from rulebook.packs import Pack
from services.county.figures import Category, Count, Monitored, Totals
from services.county.statistics.rules import rate

# Of a household identified more than once, its latest identification counts: one household is what the
# ledger calls one (`ledger.queries.IDENTITY`). Who is a natural decrease counts nowhere from its day on.
# `persons`: on the day of the identification; `members`: on the cut-off day. Of rows brought along by a
# sheet they are the same; of a household that casework identified, as the register told them until then.
MONITORED = text("""
    SELECT category, identified_on, eliminated_on, persons, coalesce(persons_eliminated, persons) AS gone,
        CASE WHEN source = 'sheet' OR eliminated_on <= :on THEN persons ELSE coalesce(
            (SELECT (was->>'size')::int FROM jsonb_array_elements(h.counted) AS was
             WHERE (was->>'until')::date > :on ORDER BY (was->>'until')::date LIMIT 1), h.size, persons) END AS members
    FROM (
        SELECT DISTINCT ON (coalesce(household, number, id_hash, id)) * FROM monitored_household
        WHERE in_use AND identified_on <= :on
        ORDER BY coalesce(household, number, id_hash, id), identified_on DESC) AS latest
    LEFT JOIN (SELECT id AS copy, size, counted FROM household) AS h ON h.copy = latest.household
    WHERE lapsed_on IS NULL OR lapsed_on > :on""")


def totals(session: Session, pack: Pack, month: str) -> Totals:
    """Households and persons, in all and by category.

    Basis: households identified by the cut-off, each once, by its latest identification; brought along
    with the ledger, or told by casework since. Persons: of those there are, the members on the cut-off
    day; of those that came or went, the members on the day of that.
    Rates: numerator the eliminated, denominator all ever identified (cumulative); by persons and by
    households. Cut-off: the month's last day.
    """
    as_of = last_day(month)
    rows = _identified(session, as_of)
    return Totals(
        as_of=as_of,
        year=as_of.year,
        all=_monitored(rows, as_of, pack),
        categories=[
            Category(
                category=code,
                label=code.label,
                **dict(_monitored([row for row in rows if row.category == code], as_of, pack)),
            )
            for code in pack.category_set
        ],
    )


def monitored_now(session: Session, as_of: date) -> int:
    """监测中的户. Basis: as in `totals`; those of them not eliminated by the end of the day."""
    rows = _identified(session, as_of)
    return len(rows) - sum(_is_gone(row, as_of) for row in rows)


def _identified(session: Session, as_of: date) -> Sequence[Any]:
    return session.execute(MONITORED, {"on": as_of}).all()


def _is_gone(row: Any, as_of: date) -> bool:
    return row.eliminated_on is not None and row.eliminated_on <= as_of


def _monitored(rows: Sequence[Any], as_of: date, pack: Pack) -> Monitored:
    decimals = pack.statistics.rate_decimals
    ever = _count(rows, "members")
    gone = _count((row for row in rows if _is_gone(row, as_of)), "gone")
    return Monitored(
        cumulative=ever,
        new_in_year=_count(row for row in rows if row.identified_on.year == as_of.year),
        new_in_month=_count(row for row in rows if month_of(row.identified_on) == month_of(as_of)),
        eliminated=gone,
        uneliminated=Count(
            households=ever.households - gone.households, persons=ever.persons - gone.persons
        ),
        rate_by_persons=rate(gone.persons, ever.persons, decimals),
        rate_by_households=rate(gone.households, ever.households, decimals),
    )


def _count(chosen: Iterable[Any], persons: str = "persons") -> Count:
    households = list(chosen)
    return Count(
        households=len(households), persons=sum(getattr(row, persons) for row in households)
    )
