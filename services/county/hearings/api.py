"""Doors of missed-discovery candidates (B-35)."""

from typing import Annotated

from fastapi import Query

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.hearings import commands, queries
from services.county.hearings.forms import HearingForm, ReasonForm
from services.county.hearings.policy import policy
from services.county.hearings.views import CandidateOut, DecidedOut
from services.county.missed_discoveries.models import CandidateState

router = policy.router()


@router.get("/candidates")
def candidates(
    session: Transaction,
    actor: Who,
    month: Annotated[YearMonth | None, Query(title="月份")] = None,
    state: Annotated[CandidateState | None, Query(title="状态")] = None,
) -> list[CandidateOut]:
    """What the actor may see: a village or unit its own, the county all. Withdrawn ones only when
    asked for.
    """
    states = [state] if state else queries.SHOWN
    return queries.shown(session, queries.candidates(session, actor, month=month, states=states))


@router.post("/candidates/{candidate_id}/hearing")
def hear_candidate(
    candidate_id: str, body: HearingForm, session: Transaction, actor: Who, today: Today
) -> DecidedOut:
    heard = commands.hear_candidate(
        session, candidate_id, explanation=body.explanation, actor=actor, on=today
    )
    return DecidedOut.model_validate(heard)


@router.post("/candidates/{candidate_id}/confirmation")
def confirm_candidate(
    candidate_id: str, body: ReasonForm, session: Transaction, actor: Who, today: Today
) -> DecidedOut:
    confirmed = commands.confirm_candidate(
        session, candidate_id, reason=body.reason, actor=actor, on=today
    )
    return DecidedOut.model_validate(confirmed)


@router.post("/candidates/{candidate_id}/dismissal")
def dismiss_candidate(
    candidate_id: str, body: ReasonForm, session: Transaction, actor: Who, today: Today
) -> DecidedOut:
    dismissed = commands.dismiss_candidate(
        session, candidate_id, reason=body.reason, actor=actor, on=today
    )
    return DecidedOut.model_validate(dismissed)
