"""Doors of missed-discovery candidates (B-35)."""

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.hearings import commands, queries
from services.county.missed_discoveries.models import Candidate

router = APIRouter()


class HearingIn(BaseModel):
    explanation: str


class ReasonIn(BaseModel):
    reason: str


class CandidateOut(BaseModel, from_attributes=True):
    id: str
    state: str


@router.get("/candidates")
def candidates(
    session: Transaction, actor: Who, month: YearMonth | None = None, state: str | None = None
) -> list[dict]:
    """What the actor may see: a village or unit its own, the county all. Withdrawn ones only when
    asked for.
    """
    return [
        queries.shown(session, one)
        for one in queries.candidates(session, actor, month=month, state=state)
    ]


@router.post("/candidates/{candidate_id}/hearing")
def hear_candidate(
    candidate_id: str, body: HearingIn, session: Transaction, actor: Who, today: Today
) -> CandidateOut:
    return _out(
        commands.hear_candidate(
            session, candidate_id, explanation=body.explanation, actor=actor, on=today
        )
    )


@router.post("/candidates/{candidate_id}/confirmation")
def confirm_candidate(
    candidate_id: str, body: ReasonIn, session: Transaction, actor: Who, today: Today
) -> CandidateOut:
    return _out(
        commands.confirm_candidate(session, candidate_id, reason=body.reason, actor=actor, on=today)
    )


@router.post("/candidates/{candidate_id}/dismissal")
def dismiss_candidate(
    candidate_id: str, body: ReasonIn, session: Transaction, actor: Who, today: Today
) -> CandidateOut:
    return _out(
        commands.dismiss_candidate(session, candidate_id, reason=body.reason, actor=actor, on=today)
    )


def _out(candidate: Candidate) -> CandidateOut:
    return CandidateOut.model_validate(candidate)
