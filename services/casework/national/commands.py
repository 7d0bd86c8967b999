"""Keeps what an export said; of our register only the national number follows. Nobody here commits."""

from typing import Any

from sqlmodel import Session, col, delete, select

from kit.database.columns import among
from kit.database.upsert import upsert
from kit.messaging.outbox import emit
from kit.seal import unseal
from schemas.casework import NationalCompared
from schemas.values import NationalWords
from schemas.village import NationalHousehold, NationalImported
from services.casework.households import queries as households_queries
from services.casework.monitored.models import Monitored
from services.casework.national import queries
from services.casework.national.models import NationalEntry


def keep(session: Session, event: NationalImported) -> None:
    """What it says of each household; with its last part is told how many stand otherwise here."""
    rows = [_row(session, event, household) for household in event.households]
    upsert(session, NationalEntry, rows, "household")
    if event.gone:
        session.execute(delete(NationalEntry).where(among(NationalEntry.household, event.gone)))
    session.expire_all()
    _number(session, {row["household"]: row["number"] for row in rows})
    if not event.more:
        session.flush()
        told = NationalCompared(
            imported=event.imported,
            households=queries.count(session, event.imported),
            differing=len(queries.differing(session)),
            on=event.on,
        )
        emit(session, told)


def _row(session: Session, event: NationalImported, household: NationalHousehold) -> dict[str, Any]:
    said = household.model_dump(exclude={"sealed", "causes"})
    return said | {
        "household": households_queries.present(session, household.household),
        "number": unseal(session, household.sealed, NationalWords).number,
        "causes": list(household.causes),
        "imported": event.imported,
        "on": event.on,
    }


def _number(session: Session, numbers: dict[str, str]) -> None:
    """The households of our register that the export names have its number."""
    statement = select(Monitored).where(among(Monitored.household, numbers))
    for row in session.exec(statement.order_by(col(Monitored.id)).with_for_update()):
        number = numbers[row.household or ""]
        if row.national_number != number:
            row.national_number = number
            row.version += 1
            session.add(row)
