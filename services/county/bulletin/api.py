"""Doors of the monthly bulletin: translate, and own the transaction."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from kit.documents import DOCX, XLSX, attachment
from kit.web import Today, Transaction, Who
from rulebook.months import Day, YearMonth
from services.county.bulletin import commands, documents, queries

router = APIRouter()


class Explanation(BaseModel):
    """`on_behalf`: who phoned or wrote, when the office enters it."""

    text: str
    on_behalf: str | None = None


class Approval(BaseModel):
    """`accept_explanation`: the explanation holds, so not named; else named."""

    accept_explanation: bool = False
    reason: str = ""


class Reason(BaseModel):
    reason: str


class Words(BaseModel):
    text: str


class Issue(BaseModel):
    issued_on: Day | None = None


@router.get("/bulletins")
def bulletins(session: Transaction, actor: Who) -> list[dict[str, Any]]:
    return queries.listed(session, actor)


@router.get("/bulletins/{month}")
def bulletin(month: YearMonth, session: Transaction, actor: Who) -> dict[str, Any]:
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/draft", status_code=201)
def draft_bulletin(
    month: YearMonth, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    commands.draft_bulletin(session, month, actor=actor, on=today)
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/demands")
def edit_demands(month: YearMonth, body: Words, session: Transaction, actor: Who) -> dict[str, Any]:
    commands.edit_demands(session, month, body.text, actor=actor)
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/names/{name_id}/explanation")
@router.post("/names/{name_id}/explanation")
def explain(
    name_id: str, body: Explanation, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    name = commands.explain(
        session, name_id, body.text, actor=actor, on=today, on_behalf=body.on_behalf
    )
    return name.model_dump()


@router.post("/bulletins/{month}/names/{name_id}/approval")
@router.post("/names/{name_id}/approval")
def approve_name(
    name_id: str, body: Approval, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    deed = commands.accept_explanation if body.accept_explanation else commands.approve_name
    return deed(session, name_id, actor=actor, on=today, reason=body.reason).model_dump()


@router.post("/bulletins/{month}/names/{name_id}/drop")
@router.post("/names/{name_id}/drop")
def drop_name(
    name_id: str, body: Reason, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return commands.drop_name(session, name_id, body.reason, actor=actor, on=today).model_dump()


@router.post("/bulletins/{month}/names/{name_id}/reopening")
@router.post("/names/{name_id}/reopening")
def reopen_name(name_id: str, session: Transaction, actor: Who) -> dict[str, Any]:
    return commands.reopen_name(session, name_id, actor=actor).model_dump()


@router.post("/bulletins/{month}/issue")
def issue_bulletin(
    month: YearMonth, body: Issue, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    commands.issue_bulletin(session, month, actor=actor, on=today, issued_on=body.issued_on)
    return queries.seen(session, month, actor)


@router.post("/bulletins/{month}/errata", status_code=201)
def add_erratum(
    month: YearMonth, body: Words, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return commands.add_erratum(session, month, body.text, actor=actor, on=today).model_dump()


@router.get("/bulletins/{month}/bulletin.docx")
def bulletin_docx(month: YearMonth, session: Transaction, actor: Who) -> Response:
    return Response(
        documents.of_bulletin(session, month, actor),
        media_type=DOCX,
        headers=attachment(f"{month}月通报.docx"),
    )


@router.get("/bulletins/{month}/bulletin.xlsx")
def bulletin_xlsx(month: YearMonth, session: Transaction, actor: Who) -> Response:
    return Response(
        documents.tables_of_bulletin(session, month, actor),
        media_type=XLSX,
        headers=attachment(f"{month}月通报.xlsx"),
    )
