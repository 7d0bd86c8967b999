"""Doors of the month."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from kit.errors import NotFound
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.months import commands, queries
from services.county.reporters import queries as reporters_queries

router = APIRouter()


class MonthIn(BaseModel):
    month: YearMonth


class MonthOut(BaseModel, from_attributes=True):
    month: str
    opened_on: date
    pack: str
    supervision_due: date
    bulletin_on: date
    meeting_on: date
    meeting_notice_on: date


class ExemptionIn(BaseModel):
    team: str
    reason: str


@router.post("/months")
def open_month(body: MonthIn, session: Transaction, actor: Who, today: Today) -> MonthOut | None:
    """Idempotent; null when there is nobody to expect yet."""
    found = commands.open_month(session, body.month, on=today, actor=actor)
    return MonthOut.model_validate(found) if found else None


@router.get("/months/{month}")
def month(month: YearMonth, session: Transaction, actor: Who, today: Today) -> dict:
    """Every tier's state: numerator and denominator, and each reporter's month."""
    found = queries.month(session, month)
    if found is None:
        raise NotFound(f"{month}还没有开始。")
    return {
        "month": MonthOut.model_validate(found).model_dump(mode="json"),
        "tiers": [tier.counted() for tier in reporters_queries.month_status(session, month, actor)],
    }


@router.post("/months/{month}/exemptions", status_code=204)
def exempt_team(
    month: YearMonth, body: ExemptionIn, session: Transaction, actor: Who, today: Today
) -> None:
    commands.exempt_team(session, body.team, month, reason=body.reason, actor=actor, on=today)
