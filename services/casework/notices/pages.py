"""Notices: what waits for its sheet, what hangs, and what was objected."""

from datetime import date
from itertools import groupby
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.actor import Actor
from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from schemas.codes import NoticeRound
from services.casework.identification import queries as files_queries
from services.casework.identification.queries import Line
from services.casework.notices import commands, documents, queries
from services.casework.notices.forms import (
    AnswerForm,
    CloseForm,
    NoticeFilter,
    ObjectionForm,
    PostForm,
    SheetFilter,
    TakeDownForm,
)
from services.casework.notices.models import Notice, Objection
from services.casework.notices.policy import policy
from services.casework.notices.views import NOTICES, ObjectionView

router = policy.router()


@router.get("/notices")
def notices(
    request: Request,
    asked: Annotated[NoticeFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    found = NOTICES.page(session, queries.notices(actor, asked), asked)
    groups = []
    for round in NoticeRound:
        place = "village" if round is NoticeRound.VILLAGE else "township"
        lines = queries.waiting(session, actor, today, round)
        lines.sort(key=lambda line: getattr(line.file, place))
        for code, group in groupby(lines, key=lambda line: getattr(line.file, place)):
            waiting = list(group)
            draft = queries.draft(round, waiting[0].file)
            groups.append((round, code, waiting, policy.may(actor, "notice_sheet", draft)))
    return page(
        request,
        "notices.html",
        found=found,
        groups=groups,
        filter=fill(
            request,
            NoticeFilter,
            "/casework/notices",
            asked,
            options={"village": files_queries.villages(session, actor)},
        ),
    )


@router.get("/notices/sheet")
def notice_sheet(
    request: Request,
    asked: Annotated[SheetFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    """The sheet as it will hang, and the form that says that it does."""
    said = documents.draft(session, actor, asked, today)
    lines = queries.waiting(session, actor, today, asked.round, asked.place)
    files = {line.file.id: f"{line.village} {line.head_name}" for line in lines}
    form = fill(
        request,
        PostForm,
        "/casework/notices",
        {"round": asked.round, "posted_on": today, "files": list(files)},
        options={"files": files},
    )
    return page(request, "notice_sheet.html", said=said, form=form, asked=asked)


@router.get("/notices/sheet.docx", name="notice_sheet")
def sheet_letter(
    asked: Annotated[SheetFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    """公示 to be printed before it hangs."""
    return documents.paper(documents.draft(session, actor, asked, today)).answer()


@router.post("/notices")
def post_notice(
    form: Annotated[PostForm, FromPage()], session: Transaction, actor: Who, today: Today
) -> Response:
    stored = commands.post_notice(session, form, actor=actor, on=today)
    return done(stored.page, "公示已登记。")


@router.get("/notices/{id}")
def notice(request: Request, id: str, session: Transaction, actor: Who, today: Today) -> Response:
    stored = queries.see(session, actor, id)
    rows = queries.objections(session, actor, id)
    lines = queries.lines_of(session, stored)
    files = queries.named_files(session, [line.file for line in lines], today)
    return page(
        request,
        "notice.html",
        notice=stored,
        said=documents.hung(session, stored),
        files=files,
        lines=lines,
        objections=[
            (
                policy.show(actor, "objections", row, ObjectionView),
                _answer(request, actor, row, today),
            )
            for row in rows
        ],
        forms_of=_forms(request, actor, stored, files, today),
    )


@router.get("/notices/{id}/print", name="notice")
def print_notice(request: Request, id: str, session: Transaction, actor: Who) -> Response:
    """The sheet and nothing else."""
    stored = queries.see(session, actor, id)
    return page(request, "notice_print.html", said=documents.hung(session, stored))


@router.get("/notices/{id}/notice.docx", name="notice")
def notice_letter(id: str, session: Transaction, actor: Who) -> Response:
    """公示 as a letter."""
    return documents.paper(documents.hung(session, queries.see(session, actor, id))).answer()


@router.post("/notices/{id}/replacement")
def replace_notice(
    id: str,
    form: Annotated[TakeDownForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    stored = commands.replace_notice(session, id, form, actor=actor, on=today)
    return done(stored.page, "原公示已撤下，新公示从张贴之日起重新计算。")


@router.post("/notices/{id}/closing")
def close_notice(
    id: str, form: Annotated[CloseForm, FromPage()], session: Transaction, actor: Who, today: Today
) -> Response:
    stored = commands.close_notice(session, id, form, actor=actor, on=today)
    return done(stored.page, "公示已结束。")


@router.post("/notices/{id}/objections")
def receive_objection(
    id: str,
    form: Annotated[ObjectionForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    stored = commands.receive_objection(session, id, form, actor=actor, on=today)
    return done(f"/casework/notices/{stored.notice}", "异议已登记，由乡镇核实答复。")


@router.post("/objections/{id}/answer")
def answer_objection(
    id: str, form: Annotated[AnswerForm, FromPage()], session: Transaction, actor: Who, today: Today
) -> Response:
    stored = commands.answer_objection(session, id, form, actor=actor, on=today)
    return done(f"/casework/notices/{stored.notice}", "异议已答复。")


def _answer(request: Request, actor: Actor, row: Objection, on: date) -> Filled | None:
    """The form of the township's answer, where it is still owed and his."""
    if row.answered_on or not policy.may(actor, "answer_objection", row):
        return None
    return fill(request, AnswerForm, f"/casework/objections/{row.id}/answer", {"on": on})


def _forms(
    request: Request, actor: Actor, notice: Notice, files: dict[str, Line], on: date
) -> dict[str, Filled]:
    """What this person may do with the notice now."""
    forms, to = {}, notice.page
    if notice.hangs and policy.may(actor, "close_notice", notice):
        forms["结束公示"] = fill(request, CloseForm, f"{to}/closing", {"on": on})
    if not notice.taken_down_on and policy.may(actor, "receive_objection", notice):
        heads = {id: line.head_name for id, line in files.items()}
        forms["登记异议"] = fill(
            request, ObjectionForm, f"{to}/objections", {"received_on": on}, options={"file": heads}
        )
    if notice.hangs and policy.may(actor, "replace_notice", notice):
        given = {"posted_on": on, "place": notice.place}
        forms["撤下，重新张贴"] = fill(request, TakeDownForm, f"{to}/replacement", given)
    return forms
