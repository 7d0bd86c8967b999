"""Files and leads for programs."""

from typing import Annotated

from fastapi import Query

from kit.lists import Asking
from kit.web import Today, Transaction, Who
from services.casework.identification import commands, queries
from services.casework.identification.forms import EarlierForm, FileFilter, LeadForm
from services.casework.identification.policy import policy
from services.casework.identification.views import (
    EARLIER,
    FILES,
    EarlierView,
    EntryView,
    FileView,
    LeadTaken,
    LeadView,
    WholeFile,
)
from services.casework.monitored.models import MonitoredRisk

router = policy.router()


@router.get("/files")
def files(
    asked: Annotated[FileFilter, Query()], session: Transaction, actor: Who, today: Today
) -> list[FileView]:
    """All of them, the oldest first."""
    rows = FILES.every(session, queries.files(actor, today, asked), asked)
    return [FileView.model_validate(row) for row in rows]


@router.get("/files/{id}")
def file(id: str, session: Transaction, actor: Who, today: Today) -> WholeFile:
    """With its leads, its history, and who owes what until when."""
    stored = queries.see(session, actor, id)
    line = queries.lines(session, [stored], today)[0]
    return WholeFile(
        **FileView.model_validate(stored).model_dump(),
        head_name=line.head_name,
        owner=line.owner,
        what=line.what,
        due=line.due,
        late=line.late,
        leads=[LeadView.model_validate(lead) for lead in queries.leads(session, id)],
        history=[EntryView.model_validate(entry) for entry in queries.history(session, id)],
    )


@router.post("/leads")
def record_lead(body: LeadForm, session: Transaction, actor: Who, today: Today) -> LeadTaken:
    """A self-report, a cadre's finding, what the county hands down: a file is opened, or the lead
    joins the household's; one that the ledger alone monitors has a new risk.
    """
    stored, opened = commands.record_lead(session, body, actor=actor, on=today)
    if isinstance(stored, MonitoredRisk):
        return LeadTaken(monitored=stored.monitored)
    return LeadTaken(file=FileView.model_validate(stored), opened=opened)


@router.get("/earlier")
def earlier_cases(
    asked: Annotated[Asking, Query()], session: Transaction, actor: Who
) -> list[EarlierView]:
    """Cases verified before this service began, of which nobody has decided yet."""
    rows = EARLIER.every(session, queries.earlier(actor), asked)
    return [EarlierView.model_validate(row) for row in rows]


@router.post("/earlier/{case}")
def decide_earlier_case(
    case: str, body: EarlierForm, session: Transaction, actor: Who, today: Today
) -> EarlierView:
    """Open a file for it or none, with the reason."""
    decided = commands.decide_earlier_case(session, case, body, actor=actor, on=today)
    return EarlierView.model_validate(decided)
