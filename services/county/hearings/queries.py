"""Missed-discovery candidates, for those concerned and for the office."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from schemas.codes import DirectoryKind
from services.county.directory.queries import heads, names, nobody_to_ask
from services.county.hearings.policy import policy
from services.county.hearings.views import CandidateOut
from services.county.missed_discoveries.models import (
    UNDECIDED,
    AccusedTier,
    Candidate,
    CandidateState,
)

KINDS = {AccusedTier.VILLAGE: DirectoryKind.VILLAGE, AccusedTier.UNIT: DirectoryKind.UNIT}
SHOWN = [state for state in CandidateState if state is not CandidateState.WITHDRAWN]


def candidates(
    session: Session,
    actor: Actor,
    *,
    month: str | None = None,
    states: Collection[CandidateState] = SHOWN,
) -> list[Candidate]:
    """What the actor may see, the earliest to be explained first; withdrawn ones only when asked
    for.
    """
    statement = select(Candidate).where(
        policy.visible(actor, "candidates", Candidate), col(Candidate.state).in_(states)
    )
    if month:
        statement = statement.where(Candidate.month == month)
    order = (col(Candidate.hearing_due), col(Candidate.village), col(Candidate.id))
    return list(session.exec(statement.order_by(*order)))


def candidate(session: Session, actor: Actor, candidate_id: str) -> Candidate:
    candidate = session.get(Candidate, candidate_id)
    if candidate is None:
        raise NotFound("没有这条线索。")
    policy.require(actor, "candidate", candidate)
    return candidate


def is_unheard(session: Session, candidate: Candidate) -> bool:
    """Whether nobody can be heard: the tier concerned ended without a word and joined none."""
    is_open = candidate.state is CandidateState.OPEN
    return is_open and nobody_to_ask(session, KINDS[candidate.accused_tier], candidate.accused)


def to_decide(session: Session, actor: Actor) -> list[Candidate]:
    """Heard, silent, or with nobody to be heard."""
    rows = candidates(session, actor, states=UNDECIDED)
    return [row for row in rows if row.state is not CandidateState.OPEN or is_unheard(session, row)]


def shown(session: Session, rows: Sequence[Candidate]) -> list[CandidateOut]:
    """With the names that people read, a whole page at once."""
    households = heads(session, [row.household for row in rows])
    called = names(
        session, [code for row in rows for code in (row.village, row.accused, row.finder)]
    )
    return [
        CandidateOut(
            **row.model_dump(),
            tier=row.accused_tier,
            head_name=households[row.household].head_name if row.household in households else "",
            village_name=called[row.village],
            accused_name=called[row.accused],
            finder_name=called[row.finder],
        )
        for row in rows
    ]
