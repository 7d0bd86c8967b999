"""Pages of decisions: lists and their lines, announcements, entries, and whom to tell."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.forms.filling import Filled
from kit.lists import Asking
from kit.web import Today, Transaction, Who, done, page
from schemas.codes import Role
from services.casework.assessments import queries as assessments_queries
from services.casework.comparisons import queries as comparisons_queries
from services.casework.decisions import commands, documents, queries
from services.casework.decisions.forms import AnnounceForm, EntryForm, LineForm, ListForm, TellForm
from services.casework.decisions.models import Decision
from services.casework.decisions.policy import policy
from services.casework.decisions.views import ANNOUNCEMENTS, LISTS
from services.casework.identification import queries as files_queries
from services.casework.identification.models import Identification
from services.casework.identification.procedure import table_of
from services.casework.identification.queries import Line
from services.casework.identification.rules import FileAction, FileState
from services.casework.monitored.rules import CATEGORIES
from services.casework.reviews import queries as reviews_queries
from services.casework.verification import queries as verification_queries
from services.casework.verification.models import CategoryChoice

router = policy.router()
OPTIONS = {"category": {category.value: category.label for category in CATEGORIES}}


@router.get("/decisions")
def decisions(
    request: Request,
    asked: Annotated[Asking, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    """The lists, and what waits for one."""
    waiting = session.exec(queries.in_state(actor, "decisions", FileState.DECIDE)).all()
    return page(
        request,
        "decisions.html",
        lists_=LISTS.page(session, queries.lists(actor), asked),
        waiting=files_queries.lines(session, waiting, today),
        standings=comparisons_queries.standings(session, [file.id for file in waiting], today),
        form=fill(request, ListForm, "/casework/decisions", {"on": today}),
    )


@router.post("/decisions")
def open_list(
    session: Transaction, actor: Who, today: Today, form: Annotated[ListForm, FromPage()]
) -> Response:
    listed = commands.open_list(session, form, actor=actor, on=today)
    return done(f"/casework/decisions/{listed.id}", "审定名单已建立，请逐户登记审定结果。")


@router.get("/decisions/{id}", name="decisions")
def decision_list(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """One list: what was decided on it, and a form for each household that still waits."""
    stored = queries.list_of(session, actor, id)
    decided = queries.lines(session, id)
    waiting = session.exec(queries.in_state(actor, "decisions", FileState.DECIDE)).all()
    ids = [file.id for file in waiting]
    chosen = {file: verification_queries.choice(session, file) for file in ids}
    return page(
        request,
        "decision_list.html",
        listed=stored,
        decided=[(line, file) for line, file in _with_files(session, decided, actor, today)],
        waiting=files_queries.lines(session, waiting, today),
        standings=comparisons_queries.standings(session, ids, stored.on),
        reviews=reviews_queries.latest(session, ids),
        chosen=chosen,
        votes={file.id: assessments_queries.assessed(session, file.id) for file in waiting},
        forms_of={
            file.id: _line_form(request, id, file, chosen[file.id])
            for file in waiting
            if policy.may(actor, "decide", file) and _enters(session, actor, file)
        },
    )


def _enters(session: Session, actor: Actor, file: Identification) -> bool:
    """The leading group enters no decision that its pack leaves to the lead office."""
    group = Role.LEADING_GROUP
    return actor.role is not group or group in table_of(session, file).by[FileAction.ADMIT].roles


def _line_form(
    request: Request, list_id: str, file: Identification, chosen: CategoryChoice | None
) -> Filled:
    """With the category that township and village chose after the visit."""
    to = f"/casework/decisions/{list_id}/lines"
    values = {"file": file.id, "category": chosen.category if chosen else None}
    return fill(request, LineForm, to, values, options=OPTIONS, id=file.id)


def _with_files(
    session: Session, found: Sequence[Decision], actor: Who, today: Today
) -> list[tuple[Decision, Line]]:
    rows = [files_queries.see(session, actor, file) for file in {row.file for row in found}]
    lines = {line.file.id: line for line in files_queries.lines(session, rows, today)}
    return [(row, lines[row.file]) for row in found]


@router.post("/decisions/{id}/lines")
def decide(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[LineForm, FromPage()]
) -> Response:
    decision = commands.decide(session, id, form, actor=actor, on=today)
    return done(f"/casework/decisions/{id}", f"已审定：{decision.verdict.label}。")


@router.get("/announcements")
def announcements(
    request: Request,
    asked: Annotated[Asking, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    waiting = session.exec(queries.in_state(actor, "announcements", FileState.ANNOUNCE)).all()
    lines = files_queries.lines(session, waiting, today)
    options = {"files": {line.file.id: line.called for line in lines}}
    values = {"files": list(options["files"]), "on": today}
    return page(
        request,
        "announcements.html",
        posted=ANNOUNCEMENTS.page(session, queries.announcements(actor), asked),
        waiting=lines,
        form=fill(request, AnnounceForm, "/casework/announcements", values, options=options),
    )


@router.post("/announcements")
def announce(
    session: Transaction, actor: Who, today: Today, form: Annotated[AnnounceForm, FromPage()]
) -> Response:
    _, taken = commands.announce(session, form, actor=actor, on=today)
    return done("/casework/announcements", taken.said("已公告"))


@router.get("/announcements/{id}.docx", name="announcements")
def announcement_letter(id: str, session: Transaction, actor: Who) -> Response:
    """The announcement to be put up, with the fields that may be shown."""
    return documents.announcement(session, queries.announcement(session, actor, id)).answer()


@router.get("/entries")
def entries(request: Request, session: Transaction, actor: Who, today: Today) -> Response:
    """Households to be entered into the national system."""
    waiting = session.exec(queries.in_state(actor, "entries", FileState.REGISTER)).all()
    return page(
        request,
        "entries.html",
        waiting=files_queries.lines(session, waiting, today),
        forms_of={
            file.id: fill(request, EntryForm, "/casework/entries", {"file": file.id}, id=file.id)
            for file in waiting
            if table_of(session, file).by[FileAction.REGISTER].is_met_by(actor, file)
        },
    )


@router.post("/entries")
def record_entry(
    session: Transaction, actor: Who, today: Today, form: Annotated[EntryForm, FromPage()]
) -> Response:
    file = commands.record_entry(session, form, actor=actor, on=today)
    return done("/casework/entries", f"{file.number}已录入。")


@router.get("/refusals")
def to_tell(request: Request, session: Transaction, actor: Who, today: Today) -> Response:
    """Whoever was not admitted and was not told yet."""
    waiting = session.exec(queries.to_tell(actor)).all()
    return page(
        request,
        "refusals.html",
        waiting=_with_files(session, waiting, actor, today),
        forms_of={
            decision.id: fill(
                request,
                TellForm,
                f"/casework/refusals/{decision.id}/told",
                {"told_on": today},
                id=decision.id,
            )
            for decision in waiting
        },
    )


@router.post("/refusals/{id}/told")
def tell(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[TellForm, FromPage()]
) -> Response:
    commands.tell(session, id, form, actor=actor, on=today)
    return done("/casework/refusals", "告知日期已登记。")


@router.get("/refusals/{id}.docx")
def decision_letter(id: str, session: Transaction, actor: Who) -> Response:
    """不予纳入告知书, to be handed to the household."""
    decision = queries.refused(session, actor, id, "decision_letter")
    return documents.refusal(session, decision).answer()
