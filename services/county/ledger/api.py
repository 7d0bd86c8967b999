"""Doors of the ledger (D8)."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from kit.web import Transaction, Who
from rulebook.months import Day
from schemas.codes import RiskCause, Stratum
from services.county.ledger import commands, queries
from services.county.ledger.commands import MonitoredEntry

router = APIRouter()


class MonitoredIn(BaseModel):
    village: str
    head_name: str
    category: Stratum
    persons: int = Field(ge=1)
    identified_on: Day
    number: str | None = None
    id_number: str | None = None
    phone: str | None = None
    channel: str | None = None
    cause: RiskCause | None = None
    eliminated_on: Day | None = None
    eliminated_mode: str | None = None
    persons_eliminated: int | None = None
    remarks: str | None = None


class Entered(BaseModel):
    changed: int
    unchanged: int


@router.post("/monitored-households", status_code=201)
def enter_monitored_households(
    body: list[MonitoredIn], session: Transaction, actor: Who
) -> Entered:
    """In bulk: all rows or none."""
    entries = [MonitoredEntry(**dict(one)) for one in body]
    changed, unchanged = commands.enter_monitored_households(session, entries, actor=actor)
    return Entered(changed=changed, unchanged=unchanged)


@router.get("/ledger")
def ledger(
    session: Transaction,
    actor: Who,
    place: str | None = None,
    category: str | None = None,
    status: str | None = None,
    q: str | None = None,
    page: int = 1,
) -> dict:
    """ID numbers and telephones masked. `place`: a township or village; `status`: monitored,
    eliminated, verified.
    """
    rows, total = queries.ledger(
        session, actor, place=place, category=category, status=status, q=q, page=page
    )
    return {"total": total, "page": page, "rows": [row.masked() for row in rows]}
