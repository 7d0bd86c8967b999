"""How far the ledger has moved, and how both sides count."""

from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from kit.actor import Actor
from schemas.codes import Stratum
from services.county.handover.models import LedgerMove
from services.county.handover.policy import policy
from services.county.handover.views import CountedRow, Handover
from services.county.ledger.models import LedgerSource, MonitoredHousehold

# A household is what the ledger calls one (`ledger.queries.IDENTITY`), on either side.
COUNTED = text("""
    SELECT category, extract(year FROM identified_on)::int AS year, source, in_ledger,
        count(*) AS households, sum(persons) AS persons
    FROM (SELECT DISTINCT ON (source, coalesce(household, number, id_hash, id)) *
        FROM monitored_household WHERE source <> 'identified'
        ORDER BY source, coalesce(household, number, id_hash, id), identified_on DESC, id) AS latest
    GROUP BY category, year, source, in_ledger""")


def is_moved(session: Session) -> bool:
    """Whether the ledger is casework's now, and somebody has confirmed it."""
    return session.get(LedgerMove, 1) is not None


def handover(session: Session, actor: Actor) -> Handover:
    """Where the move has come to."""
    policy.require(actor, "handover")
    return look(session)


def look(session: Session) -> Handover:
    """The same, for a command that has asked already."""
    sheet = select(func.count()).where(MonitoredHousehold.source == LedgerSource.SHEET)
    move = session.get(LedgerMove, 1)
    return Handover(
        rows=session.exec(sheet).one(),
        waiting=session.exec(sheet.where(col(MonitoredHousehold.handed_on).is_(None))).one(),
        counted=_counted(session),
        confirmed_on=move.confirmed_on if move else None,
        confirmed_by=move.confirmed_by if move else None,
    )


def _counted(session: Session) -> list[CountedRow]:
    """By category and year, latest year last."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for found in session.execute(COUNTED):
        empty = {name: 0 for name in CountedRow.model_fields if name not in ("category", "year")}
        row = rows.setdefault((found.category, found.year), empty)
        if found.source == LedgerSource.SHEET:
            row["county_households"] += found.households
            row["county_persons"] += found.persons
        elif found.in_ledger:
            row["casework_households"] += found.households
            row["casework_persons"] += found.persons
        else:
            row["own_households"] += found.households
    order = {category: place for place, category in enumerate(Stratum)}
    return [
        CountedRow(category=Stratum(category).label, year=year, **rows[category, year])
        for category, year in sorted(rows, key=lambda key: (order[Stratum(key[0])], key[1]))
    ]
