"""What events say of names and households, kept here: the directory's feed, and the register's
entries with the assignments that waited for them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from kit.closing import ending
from kit.database.locks import hold
from kit.database.upsert import upsert
from kit.directory import Entry, Feed
from kit.messaging.outbox import emit
from kit.seal import unseal
from schemas.codes import DirectoryKind
from schemas.unit import HelperNamed, HouseholdAssigned, UnitNamed
from schemas.values import HouseholdWords, Name
from schemas.village import DivisionNamed, HouseholdRegistered
from services.unit.directory.models import Household

heard, own = Feed(), Feed()  # what others name, and what this service names itself

# The workbook of assignments may have come before the register: join what waits by number, and the
# other way round.
JOIN = text("""UPDATE assignment a SET household = h.id FROM household h
    WHERE h.id = ANY(:ids) AND a.number = h.number AND a.household IS NULL
      AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.household = h.id)
    RETURNING a.household, a.helper, (SELECT unit FROM helper WHERE code = a.helper) AS unit""")
NUMBER = text("""UPDATE assignment a SET number = h.number FROM household h
    WHERE h.id = ANY(:ids) AND a.household = h.id AND a.number IS NULL AND h.number IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.number = h.number)""")


# A merged into B, B later into C: of A that is C, in whatever order they are told.
FOLLOW = text("""UPDATE household h SET merged_into = heir.merged_into FROM household heir
    WHERE h.merged_into = heir.id AND heir.merged_into IS NOT NULL AND heir.merged_into <> h.id""")
# Whoever helped a void entry helps its successor, unless that has a helper of its own (F-04).
MOVE = text("""UPDATE assignment a SET household = heir.id, number = heir.number FROM household heir
    WHERE a.id IN (
        SELECT DISTINCT ON (void.merged_into) b.id
        FROM assignment b JOIN household void ON void.id = b.household
        WHERE void.merged_into IS NOT NULL AND (void.id = ANY(:ids) OR void.merged_into = ANY(:ids))
        ORDER BY void.merged_into, b.id)
      AND heir.id = (SELECT merged_into FROM household WHERE id = a.household)
      AND NOT EXISTS (
        SELECT 1 FROM assignment b WHERE b.household = heir.id OR b.number = heir.number)
    RETURNING a.household, a.helper, (SELECT unit FROM helper WHERE code = a.helper) AS unit""")


@heard.on(DivisionNamed)
def division(session: Session, event: DivisionNamed) -> Entry:
    return Entry(
        DirectoryKind(event.level), event.division, event.name, parent=event.parent, **ending(event)
    )


@own.on(UnitNamed)
def unit(session: Session, event: UnitNamed) -> Entry:
    return Entry(DirectoryKind.UNIT, event.unit, event.name, **ending(event))


@own.on(HelperNamed)
def helper(session: Session, event: HelperNamed) -> Entry:
    name = unseal(session, event.sealed, Name).name
    return Entry(DirectoryKind.HELPER, event.helper, name, parent=event.unit)


def keep_households(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    """The register's entries, the latest of each; assignments that waited for one, or come to it by a
    merge, are joined and announced.
    """
    hold(session, "unit.assignments")
    rows = {event.household: _household(session, event) for event in events}
    upsert(session, Household, [rows[id] for id in sorted(rows)], "id")
    if any(row["merged_into"] for row in rows.values()):
        while session.execute(FOLLOW).rowcount:  # type: ignore[attr-defined]
            pass
    ids = {"ids": list(rows)}
    joined = [*session.execute(JOIN, ids), *session.execute(MOVE, ids)]
    session.execute(NUMBER, ids)
    emit(
        session,
        *(
            HouseholdAssigned(household=row.household, helper=row.helper, unit=row.unit)
            for row in joined
        ),
    )


def _household(session: Session, event: HouseholdRegistered) -> dict[str, Any]:
    words = unseal(session, event.sealed, HouseholdWords)
    return {
        "id": event.household,
        "village": event.village,
        "group": event.group,
        "stratum": event.stratum,
        "size": event.size,
        "on_register": event.on_register,
        "merged_into": event.merged_into,
        "id_hash": event.id_hash,
        "number": words.number,
        "head_name": words.head_name,
        "id_number": words.id_number,
        "phone": words.phone,
    }
