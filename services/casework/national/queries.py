"""Where the national system and our register say otherwise."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_
from sqlmodel import Session, col, func, or_, select

from schemas.codes import Stratum
from services.casework.households import queries as households_queries
from services.casework.identification.queries import place_names
from services.casework.monitored.models import Monitored
from services.casework.monitored.rules import Standing
from services.casework.national.models import NationalEntry
from services.casework.national.rules import WHAT_NOW, Difference, difference_of

SHOWN = 500  # households on the page; a county that has more begins with these


@dataclass(frozen=True)
class Line:
    """A household of which the two say otherwise."""

    difference: Difference
    household: str
    row: str | None  # Monitored.id
    head_name: str
    number: str | None
    village: str
    here: Stratum | None
    there: Stratum | None

    @property
    def what_now(self) -> str:
        return WHAT_NOW[self.difference]


def latest(session: Session) -> date | None:
    """The day of the last export that was confirmed; None: none ever was."""
    return session.exec(select(func.max(NationalEntry.on))).one()


def count(session: Session, imported: str) -> int:
    """How many are monitored there by this export."""
    monitored = col(NationalEntry.category).is_not(None)
    statement = select(func.count()).where(NationalEntry.imported == imported, monitored)
    return session.exec(statement).one()


def differing(session: Session) -> Sequence[tuple[NationalEntry | None, Monitored | None]]:
    """Pairs of a household's entry there and its row here. Whom the county identified after the last
    export is not expected in it.
    """
    here = col(Monitored.standing) == Standing.MONITORED
    there = and_(col(NationalEntry.category).is_not(None), ~col(NationalEntry.eliminated))
    last = select(func.max(NationalEntry.on)).scalar_subquery()
    statement = (
        select(NationalEntry, Monitored)
        .join(Monitored, col(Monitored.household) == NationalEntry.household, full=True)
        .where(
            or_(
                and_(there, or_(col(Monitored.id).is_(None), ~here)),
                and_(
                    here,
                    or_(col(NationalEntry.household).is_(None), ~there),
                    col(Monitored.identified_on) < last,
                ),
                and_(here, there, col(Monitored.category) != NationalEntry.category),
            )
        )
        .order_by(NationalEntry.number, Monitored.id)
    )
    return [(entry, row) for entry, row in session.exec(statement)]


def lines(
    session: Session, pairs: Sequence[tuple[NationalEntry | None, Monitored | None]]
) -> list[Line]:
    ids = [entry.household if entry else (row and row.household) or "" for entry, row in pairs]
    known = households_queries.known(session, ids)
    places = {row.village for _, row in pairs if row} | {one.village for one in known.values()}
    names = place_names(session, places)
    return [_line(id, pair, known, names) for id, pair in zip(ids, pairs, strict=True)]


def _line(id: str, pair: tuple, known: dict, names: dict[str, str]) -> Line:
    entry, row = pair
    household = known.get(id)
    village = row.village if row else household.village if household else ""
    there = entry is not None and entry.category is not None and not entry.eliminated
    return Line(
        difference_of(
            here=row is not None and row.standing is Standing.MONITORED,
            there=there,
            eliminated=entry is not None and entry.eliminated,
        ),
        id,
        row.id if row else None,
        household.head_name if household else row.head_name if row else "",
        entry.number if entry else row.national_number,
        names.get(village, ""),
        row.category if row else None,
        entry.category if entry else None,
    )


def counts(found: Sequence[Line]) -> dict[Difference, int]:
    counted = Counter(line.difference for line in found)
    return {difference: counted[difference] for difference in Difference if counted[difference]}
