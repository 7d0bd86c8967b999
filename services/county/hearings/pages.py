"""Missed-discovery candidates: the tier concerned is heard, a person decides."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from schemas.codes import Role
from services.county.hearings import commands, queries
from services.county.hearings.queries import FINDERS, STATEMENTS, STATES
from services.county.months import queries as months_queries

router = APIRouter()


@router.get("/candidates")
def candidates(
    request: Request, session: Transaction, actor: Who, month: AnyYearMonth = "", state: str = ""
) -> Response:
    found = queries.candidates(session, actor, month=month or None, state=state or None)
    return page(
        request,
        "candidates.html",
        rows=[queries.shown(session, one) for one in found],
        month=month,
        state=state,
        months=months_queries.months(session),
        states=STATES,
        statements=STATEMENTS,
        finders=FINDERS,
    )


@router.get("/candidates/{candidate_id}")
def candidate(
    request: Request, candidate_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    found = queries.candidate(session, actor, candidate_id)
    undecided = found.state in ("open", "heard", "silent")
    clerk = actor.role is Role.COUNTY_CLERK
    return page(
        request,
        "candidate.html",
        one=found,
        shown=queries.shown(session, found),
        states=STATES,
        statements=STATEMENTS,
        finders=FINDERS,
        clerk=clerk,
        may_hear=undecided and (clerk or actor.role in (Role.VILLAGE_CLERK, Role.UNIT_CLERK)),
        may_decide=clerk and undecided,
        waiting=found.state == "open" and today <= found.hearing_due,
    )


@router.post("/candidates/{candidate_id}/hearing")
def hear_candidate(
    candidate_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    explanation: Annotated[str, Form()],
) -> Response:
    commands.hear_candidate(session, candidate_id, explanation=explanation, actor=actor, on=today)
    return done(f"/county/candidates/{candidate_id}", "说明已保存。")


@router.post("/candidates/{candidate_id}/confirmation")
def confirm_candidate(
    candidate_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    reason: Annotated[str, Form()],
) -> Response:
    commands.confirm_candidate(session, candidate_id, reason=reason, actor=actor, on=today)
    return done(f"/county/candidates/{candidate_id}", "已认定。")


@router.post("/candidates/{candidate_id}/dismissal")
def dismiss_candidate(
    candidate_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    reason: Annotated[str, Form()],
) -> Response:
    commands.dismiss_candidate(session, candidate_id, reason=reason, actor=actor, on=today)
    return done(f"/county/candidates/{candidate_id}", "已排除。")
