"""Missed-discovery candidates: the tier concerned is heard, a person decides."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.dates import show_day, show_month
from kit.forms import fill
from kit.lists import Column, Listing
from kit.web import Today, Transaction, Who, done, page
from services.county.hearings import commands, queries
from services.county.hearings.forms import CandidateFilter, HearingForm, ReasonForm
from services.county.hearings.policy import policy
from services.county.hearings.views import CandidateOut
from services.county.missed_discoveries.models import UNDECIDED, CandidateState
from services.county.months import queries as months_queries

router = policy.router()


def _since(one: CandidateOut) -> str:
    if one.ask_first or one.since_day is None:
        return "先问清"
    return f"{show_day(one.since_day)}{'前后' if one.since_about else ''}"


CANDIDATES: Listing[CandidateOut] = Listing(
    [
        Column(
            "head_name",
            "户主",
            lambda one: one.head_name or "(未登记)",
            href=lambda one: f"/county/candidates/{one.id}",
        ),
        Column("village_name", "村"),
        Column("accused_name", "涉及"),
        Column("said", "当时怎么说", lambda one: f"{show_day(one.said_on)} {one.statement.label}"),
        Column("found", "谁发现", lambda one: f"{one.finder_name} {one.found_by.label}"),
        Column("since", "风险发生", _since),
        Column("state", "状态", lambda one: one.state.label),
        Column("hearing_due", "说明期限", sort=True),
    ]
)


@router.get("/candidates")
def candidates(
    request: Request, session: Transaction, actor: Who, asked: Annotated[CandidateFilter, Query()]
) -> Response:
    states = [asked.state] if asked.state else queries.SHOWN
    rows = queries.candidates(session, actor, month=asked.month, states=states)
    months = {month: show_month(month) for month in months_queries.months(session)}
    return page(
        request,
        "candidates.html",
        candidates=CANDIDATES.page_of(queries.shown(session, rows), asked),
        filter=fill(
            request,
            CandidateFilter,
            "/county/candidates",
            asked,
            options={"month": months},
            widgets={"month": "select"},
        ),
    )


@router.get("/candidates/{candidate_id}")
def candidate(
    request: Request, candidate_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    row = queries.candidate(session, actor, candidate_id)
    (shown,) = queries.shown(session, [row])
    here = f"/county/candidates/{candidate_id}"
    said = {"explanation": row.explanation} if row.explanation else None
    return page(
        request,
        "candidate.html",
        row=row,
        one=shown,
        undecided=row.state in UNDECIDED,
        waiting=row.state is CandidateState.OPEN and today <= row.hearing_due,
        hearing=fill(request, HearingForm, f"{here}/hearing", said),
        dismissal=fill(request, ReasonForm, f"{here}/dismissal"),
    )


@router.post("/candidates/{candidate_id}/hearing")
def hear_candidate(
    candidate_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[HearingForm, FromPage()],
) -> Response:
    commands.hear_candidate(
        session, candidate_id, explanation=form.explanation, actor=actor, on=today
    )
    return done(f"/county/candidates/{candidate_id}", "说明已保存。")


@router.post("/candidates/{candidate_id}/confirmation")
def confirm_candidate(
    candidate_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ReasonForm, FromPage()],
) -> Response:
    commands.confirm_candidate(session, candidate_id, reason=form.reason, actor=actor, on=today)
    return done(f"/county/candidates/{candidate_id}", "已认定。")


@router.post("/candidates/{candidate_id}/dismissal")
def dismiss_candidate(
    candidate_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ReasonForm, FromPage()],
) -> Response:
    commands.dismiss_candidate(session, candidate_id, reason=form.reason, actor=actor, on=today)
    return done(f"/county/candidates/{candidate_id}", "已排除。")
