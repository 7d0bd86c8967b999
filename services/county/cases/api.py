"""JSON doors: translate, and own the transaction."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.cases import commands, queries
from services.county.cases.views import DecisionOut
from services.county.service import Table

router = APIRouter()


class AttachmentIn(BaseModel):
    case: str | None = None  # None: a new case
    household: str | None = None


@router.get("/cases")
def cases(
    session: Transaction,
    actor: Who,
    month: YearMonth | None = None,
    village: str | None = None,
    status: str | None = None,
    q: str | None = None,
    page: int = 1,
) -> dict:
    lines, total = queries.cases(
        session, actor, month=month, village=village, status=status, q=q, page=page
    )
    return {
        "total": total,
        "page": page,
        "cases": [
            {"head_name": line.head_name, "tiers": line.tiers} | line.case.model_dump(mode="json")
            for line in lines
        ],
    }


@router.get("/cases/{case_id}")
def case(case_id: str, session: Transaction, actor: Who) -> dict:
    """The case with its sources, visits, needs, orders and timeline."""
    found = queries.see(session, actor, case_id)
    rows: dict[str, Sequence[Table]] = {
        "sources": queries.sources(session, case_id),
        "visits": queries.visits(session, case_id),
        "needs": queries.needs(session, case_id),
        "orders": queries.orders(session, case_id),
    }
    return found.model_dump(mode="json") | {
        "timeline": [
            {"on": on, "what": what, "by": by}
            for on, what, by in queries.timeline(session, case_id)
        ],
        **{name: [row.model_dump(mode="json") for row in some] for name, some in rows.items()},
    }


@router.get("/sources/unmatched")
def unmatched(session: Transaction, actor: Who) -> list[dict]:
    queries.require_county(actor, "查看待归并来源")
    return [source.model_dump(mode="json") for source in queries.unmatched(session)]


@router.post("/sources/{finding}/attachment")
def attach_source(
    finding: str, body: AttachmentIn, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    """Say to which case an unmatched finding belongs; without `case` a new one is opened."""
    found = commands.attach_source(
        session, finding, case=body.case, household=body.household, actor=actor, on=today
    )
    return DecisionOut.model_validate(found)
