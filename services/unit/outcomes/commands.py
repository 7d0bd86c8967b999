"""Keep what is heard of cases and their orders, in whatever order it comes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from kit.messaging.inbox import origin
from schemas.dispatch import OrderFact
from services.unit.outcomes.models import CaseCopy, CaseOrder


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
        "gap_item": event.gap_item,
        "origin": origin(session),
        **facts,
    }
    statement = insert(CaseOrder).values(row)
    update = {name: statement.excluded[name] for name in ("department", "origin", *facts)}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=update))
    note_case(session, event.case, event.household)
