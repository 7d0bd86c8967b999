"""What other services say, kept beside our own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from kit.inbox import origin
from kit.locks import hold
from kit.outbox import emit
from kit.seal import unseal
from kit.upsert import upsert
from schemas.dispatch import OrderFact
from schemas.unit import HouseholdAssigned
from schemas.values import HouseholdWords
from schemas.village import DivisionNamed, HouseholdRegistered
from services.unit.models import CaseCopy, CaseOrder, Division, Household

# The workbook of assignments may have come before the register: join what waits by number, and the
# other way round.
JOIN = text("""UPDATE assignment a SET household = h.id FROM household h
    WHERE h.id = ANY(:ids) AND a.number = h.number AND a.household IS NULL
      AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.household = h.id)
    RETURNING a.household, a.helper, (SELECT unit FROM helper WHERE code = a.helper) AS unit""")
NUMBER = text("""UPDATE assignment a SET number = h.number FROM household h
    WHERE h.id = ANY(:ids) AND a.household = h.id AND a.number IS NULL AND h.number IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.number = h.number)""")


def keep_divisions(session: Session, events: Sequence[DivisionNamed]) -> None:
    rows = {
        one.division: {
            "code": one.division,
            "level": one.level.value,
            "name": one.name,
            "parent": one.parent,
        }
        for one in events
    }
    upsert(session, Division, list(rows.values()), "code")


def keep_households(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    """The register's entries, the latest of each; assignments that waited for one are joined and
    announced.
    """
    hold(session, "unit.assignments")
    rows = {one.household: _household(session, one) for one in events}
    upsert(session, Household, [rows[id] for id in sorted(rows)], "id")
    joined = session.execute(JOIN, {"ids": list(rows)}).all()
    session.execute(NUMBER, {"ids": list(rows)})
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
        "stratum": event.stratum.value,
        "size": event.size,
        "on_register": event.on_register,
        "id_hash": event.id_hash,
        "number": words.number,
        "head_name": words.head_name,
        "id_number": words.id_number,
        "phone": words.phone,
    }


def note_case(
    session: Session, case: str, household: str, *, findings: Sequence[str] = (), **facts: Any
) -> None:
    """Add to what is known of a case; events of two topics may come in any order, so a fact fills a
    column.
    """
    known = {name: value for name, value in facts.items() if value is not None}
    row = {
        "id": case,
        "household": household,
        "findings": list(findings),
        "origin": origin(session),
        **known,
    }
    statement = insert(CaseCopy).values(row)
    update: dict[str, Any] = {name: statement.excluded[name] for name in [*known, "origin"]}
    if findings:
        update["findings"] = statement.excluded.findings
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=update))


def note_order(session: Session, event: OrderFact, **facts: Any) -> None:
    """Add to what is known of an order of a case."""
    row = {
        "id": event.order,
        "case": event.case,
        "number": event.number,
        "department": event.department,
        "gap_item": event.gap_item.value,
        "origin": origin(session),
        **facts,
    }
    statement = insert(CaseOrder).values(row)
    update = {name: statement.excluded[name] for name in ("department", "origin", *facts)}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=update))
    note_case(session, event.case, event.household)
