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
from services.county.missed_discoveries.queries import is_proven
from services.county.months import queries as months_queries

router = policy.router()


def _since(candidate: CandidateOut) -> str:
    if candidate.ask_first or candidate.since_day is None:
        return "先问清"
    return f"{show_day(candidate.since_day)}{'前后' if candidate.since_about else ''}"


CANDIDATES: Listing[CandidateOut] = Listing(
    [
        Column(
            "head_name",
            "户主",
            lambda candidate: candidate.head_name or "（未登记）",
            href=lambda candidate: f"/county/candidates/{candidate.id}",
        ),
        Column("village_name", "村"),
        Column("accused_name", "涉及"),
        Column(
            "said",
            "当时怎么说",
            lambda candidate: f"{show_day(candidate.said_on)} {candidate.statement.label}",
        ),
        Column(
            "found",
            "谁发现",
            lambda candidate: f"{candidate.finder_name} {candidate.found_by.label}",
        ),
        Column("since", "风险发生", _since),
        Column("state", "状态", lambda candidate: candidate.state.label),
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
    path, unheard = f"/county/candidates/{candidate_id}", queries.is_unheard(session, row)
    values = {"explanation": row.explanation} if row.explanation else None
    return page(
        request,
        "candidate.html",
        row=row,
        one=shown,
        undecided=row.state in UNDECIDED,
        proven=is_proven(session, row.household, row.month),
        unheard=unheard,
        waiting=row.state is CandidateState.OPEN and today <= row.hearing_due and not unheard,
        hearing=fill(request, HearingForm, f"{path}/hearing", values),
        dismissal=fill(request, ReasonForm, f"{path}/dismissal"),
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
