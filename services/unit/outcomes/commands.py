"""Keep what is heard of cases and their orders, in whatever order it comes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from kit.messaging.inbox import origin
from schemas.codes import GapItem
from schemas.county import CaseJoined, CaseNotQualified, CaseReopened, CaseVerified
from schemas.dispatch import OrderFact
from schemas.village import RecheckAnswered
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
    told = [*known, "household", "origin"]
    update: dict[str, Any] = {name: statement.excluded[name] for name in told}
    if findings:
        update["findings"] = statement.excluded.findings
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=update))


def note_joined(session: Session, event: CaseJoined) -> None:
    """The findings that the case has now, and which of them came after it was opened."""
    case = _held(session, event)
    case.number, case.findings = event.number, list(event.findings)
    joined = {*case.joined, *filter(None, [event.joined])}
    case.joined = sorted(joined & set(event.findings))
    session.flush()


def note_answers(
    session: Session, event: CaseVerified | CaseNotQualified, needs: Mapping[str, GapItem]
) -> None:
    """What the decision says of each finding; a source that came later is told alone."""
    case = _held(session, event)
    case.needs = case.needs | {need: gap_item.value for need, gap_item in needs.items()}
    case.answers = case.answers | {
        answer.finding: {"need": answer.need, "why_not": answer.why_not} for answer in event.answers
    }
    session.flush()


def note_void(session: Session, event: CaseNotQualified) -> None:
    """Nothing was decided: whose its one finding is, is asked about again."""
    _held(session, event).findings = []
    session.flush()


def note_recheck(session: Session, event: RecheckAnswered) -> None:
    """The township has looked again; of whose household, the county's own events say."""
    row = {"id": event.case, "household": "", "findings": [], "rechecked_on": event.on}
    statement = insert(CaseCopy).values(row | {"origin": origin(session)})
    update = {name: statement.excluded[name] for name in ("rechecked_on", "origin")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=update))


def note_reopened(session: Session, event: CaseReopened) -> None:
    """The decision and its answers are taken back."""
    case = _held(session, event)
    case.number, case.findings = event.number, list(event.findings)
    case.not_qualified_on = case.not_qualified_reason = None
    case.reopened_on, case.answers = event.on, {}
    session.flush()


def _held(
    session: Session, event: CaseJoined | CaseVerified | CaseNotQualified | CaseReopened
) -> CaseCopy:
    """What is known of the event's case, to be changed."""
    note_case(session, event.case, event.household)
    return session.exec(
        select(CaseCopy)
        .where(CaseCopy.id == event.case)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


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
