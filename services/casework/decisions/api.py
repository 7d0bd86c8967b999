"""Decisions for programs."""

from kit.web import Today, Transaction, Who
from services.casework.decisions import commands, queries
from services.casework.decisions.forms import AnnounceForm, DecisionsForm, EntryForm, TellForm
from services.casework.decisions.policy import policy
from services.casework.decisions.views import (
    AnnouncedView,
    DecidedView,
    DecisionView,
    ListView,
    WholeList,
)
from services.casework.identification.views import FileView
from services.casework.reviews.views import TakenView

router = policy.router()


@router.post("/decisions")
def decide(body: DecisionsForm, session: Transaction, actor: Who, today: Today) -> DecidedView:
    """One meeting's list, line by line; a line that falls out does not hold the others."""
    listed, taken = commands.decide_all(session, body, actor=actor, on=today)
    return DecidedView(list_id=listed.id, **TakenView.of(taken).model_dump())


@router.get("/decisions/{id}")
def decisions(id: str, session: Transaction, actor: Who) -> WholeList:
    """A list with what was decided on it."""
    stored = queries.list_of(session, actor, id)
    return WholeList(
        **ListView.model_validate(stored).model_dump(),
        lines=[DecisionView.model_validate(line) for line in queries.lines(session, id)],
    )


@router.post("/announcements")
def announce(body: AnnounceForm, session: Transaction, actor: Who, today: Today) -> AnnouncedView:
    """Those admitted are announced together."""
    posted, taken = commands.announce(session, body, actor=actor, on=today)
    return AnnouncedView(announcement=posted.id, **TakenView.of(taken).model_dump())


@router.post("/entries")
def record_entry(body: EntryForm, session: Transaction, actor: Who, today: Today) -> FileView:
    """The household stands in the national system now."""
    return FileView.model_validate(commands.record_entry(session, body, actor=actor, on=today))


@router.get("/refusals")
def to_tell(session: Transaction, actor: Who) -> list[DecisionView]:
    """Whoever was not admitted and was not told yet."""
    rows = session.exec(queries.to_tell(actor)).all()
    return [DecisionView.model_validate(row) for row in rows]


@router.post("/refusals/{id}/told")
def tell(id: str, body: TellForm, session: Transaction, actor: Who, today: Today) -> DecisionView:
    """The household was handed the paper."""
    return DecisionView.model_validate(commands.tell(session, id, body, actor=actor, on=today))
