"""JSON doors of the monthly bulletin, and its papers."""

from fastapi import Response

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.bulletin import commands, documents, queries
from services.county.bulletin.forms import (
    ApprovalForm,
    DemandsForm,
    ErratumForm,
    ExplanationForm,
    IssueForm,
    ReasonForm,
)
from services.county.bulletin.policy import policy
from services.county.bulletin.views import BulletinFile, BulletinLine, ErratumOut, NameOut

router = policy.router()


@router.get("/bulletins")
def bulletins(session: Transaction, actor: Who) -> list[BulletinLine]:
    return queries.listed(session, actor)


@router.get("/bulletins/{month}", response_model_exclude_unset=True)
def bulletin(month: YearMonth, session: Transaction, actor: Who) -> BulletinFile:
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/draft", status_code=201, response_model_exclude_unset=True)
def draft_bulletin(
    month: YearMonth, session: Transaction, actor: Who, today: Today
) -> BulletinFile:
    commands.draft_bulletin(session, month, actor=actor, on=today)
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/demands", response_model_exclude_unset=True)
def edit_demands(
    month: YearMonth, body: DemandsForm, session: Transaction, actor: Who
) -> BulletinFile:
    commands.edit_demands(session, month, body.text, actor=actor)
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/names/{name_id}/explanation", response_model_exclude_unset=True)
@router.post("/names/{name_id}/explanation", response_model_exclude_unset=True)
def explain(
    name_id: str, body: ExplanationForm, session: Transaction, actor: Who, today: Today
) -> NameOut:
    name = commands.explain(
        session, name_id, body.text, actor=actor, on=today, on_behalf=body.behalf
    )
    return queries.shown_name(actor, name)


@router.post("/bulletins/{month}/names/{name_id}/approval")
@router.post("/names/{name_id}/approval")
def approve_name(
    name_id: str, body: ApprovalForm, session: Transaction, actor: Who, today: Today
) -> NameOut:
    decide = commands.accept_explanation if body.accept_explanation else commands.approve_name
    name = decide(session, name_id, actor=actor, on=today, reason=body.reason)
    return queries.shown_name(actor, name)


@router.post("/bulletins/{month}/names/{name_id}/drop")
@router.post("/names/{name_id}/drop")
def drop_name(
    name_id: str, body: ReasonForm, session: Transaction, actor: Who, today: Today
) -> NameOut:
    name = commands.drop_name(session, name_id, body.reason, actor=actor, on=today)
    return queries.shown_name(actor, name)


@router.post("/bulletins/{month}/names/{name_id}/reopening")
@router.post("/names/{name_id}/reopening")
def reopen_name(name_id: str, session: Transaction, actor: Who) -> NameOut:
    return queries.shown_name(actor, commands.reopen_name(session, name_id, actor=actor))


@router.post("/bulletins/{month}/issue", response_model_exclude_unset=True)
def issue_bulletin(
    month: YearMonth, body: IssueForm, session: Transaction, actor: Who, today: Today
) -> BulletinFile:
    commands.issue_bulletin(session, month, actor=actor, on=today, issued_on=body.issued_on)
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/errata", status_code=201)
def add_erratum(
    month: YearMonth, body: ErratumForm, session: Transaction, actor: Who, today: Today
) -> ErratumOut:
    erratum = commands.add_erratum(session, month, body.text, actor=actor, on=today)
    return ErratumOut.model_validate(erratum)


@router.get("/bulletins/{month}/bulletin.docx", name="bulletin_document")
def bulletin_docx(month: YearMonth, session: Transaction, actor: Who) -> Response:
    return documents.of_bulletin(session, month, actor).answer()


@router.get("/bulletins/{month}/bulletin.xlsx", name="bulletin_document")
def bulletin_xlsx(month: YearMonth, session: Transaction, actor: Who) -> Response:
    return documents.tables_of_bulletin(session, month, actor).answer()
