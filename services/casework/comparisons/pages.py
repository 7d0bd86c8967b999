"""The office's pages of comparisons, the sheet for a department, and the township's doubts."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.documents.leaving import because
from kit.forms import fill
from kit.lists import Asking
from kit.policy.purpose import Purpose
from kit.web import Today, Transaction, Who, done, page
from services.casework.comparisons import commands, documents, queries
from services.casework.comparisons.forms import AnswerForm, AskForm, RecheckForm
from services.casework.comparisons.models import ComparisonLine, ComparisonRequest
from services.casework.comparisons.policy import policy
from services.casework.comparisons.views import REQUESTS, SHEET, RequestLine
from services.casework.identification import queries as files_queries
from services.casework.identification.queries import Line

router = policy.router()
NOTE = (
    "比对结果填“无疑点”或者“疑点”，有疑点的写明；其他各列不要改动。填好后交回县级牵头部门，"
    "在“导入”页导入。"
)


@router.get("/comparisons")
def comparisons(
    request: Request,
    asked: Annotated[Asking, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    may_ask = policy.may(actor, "ask_comparison")
    files = queries.to_ask(session, actor) if may_ask else []
    lines = files_queries.lines(session, files, today)
    names = queries.department_names(session)

    def shown(rows: Sequence[ComparisonRequest]) -> list[RequestLine]:
        open_ = queries.unanswered(session, [row.id for row in rows])
        townships = queries.township_names(session, {row.township for row in rows})
        return [
            RequestLine(
                row,
                townships[row.township],
                names.get(row.department, row.department),
                open_.get(row.id, 0),
            )
            for row in rows
        ]

    options = {"files": {line.file.id: line.called for line in lines}}
    values = {"files": list(options["files"])}
    return page(
        request,
        "comparisons.html",
        requests=REQUESTS.page(session, queries.requests(actor), asked).map(shown),
        to_ask=lines,
        form=fill(request, AskForm, "/casework/comparisons", values, options=options),
    )


@router.post("/comparisons")
def ask_comparison(
    session: Transaction, actor: Who, today: Today, form: Annotated[AskForm, FromPage()]
) -> Response:
    made = commands.ask_comparison(session, form, actor=actor, on=today)
    said = f"已生成{len(made)}份比对名单，请导出后发给各部门。"
    return done("/casework/comparisons", said)


@router.get("/comparisons/{id}.xlsx")
def comparison_sheet(id: str, session: Transaction, actor: Who, today: Today) -> Response:
    """The list for the department, with the numbers that it needs to look people up."""
    stored = queries.request(session, actor, id)
    policy.require(actor, "comparison_sheet", stored)
    because(Purpose.COMPARE.label)
    rows = documents.sheet_lines(session, stored)
    names = queries.department_names(session)
    title = f"数据比对名单（{names.get(stored.department, stored.department)}）"
    return SHEET.export(title, rows, on=today, note=NOTE)


@router.get("/comparisons/{id}", name="comparisons")
def comparison(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """What one department was asked, and the form for its answers."""
    stored = queries.request(session, actor, id)
    lines = queries.lines_of(session, id)
    files = _files(session, lines, actor, today)
    names = queries.department_names(session)
    return page(
        request,
        "comparison.html",
        asked=stored,
        department=names.get(stored.department, stored.department),
        township=queries.township_names(session, [stored.township])[stored.township],
        lines=[(line, files[line.file]) for line in lines],
        late=stored.due_on is not None and today > stored.due_on,
        form=fill(
            request,
            AnswerForm,
            f"/casework/comparisons/{id}/answers",
            {"files": [line.file for line in lines if line.answer is None], "answered_on": today},
            options={"files": {line.file: files[line.file].called for line in lines}},
        ),
    )


def _files(
    session: Session, lines: Sequence[ComparisonLine], actor: Who, today: Today
) -> dict[str, Line]:
    ids = dict.fromkeys(line.file for line in lines)
    rows = [files_queries.see(session, actor, file) for file in ids]
    return {line.file.id: line for line in files_queries.lines(session, rows, today)}


@router.post("/comparisons/{id}/answers")
def answer_comparison(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[AnswerForm, FromPage()]
) -> Response:
    count = commands.answer_comparison(session, id, form, actor=actor, on=today)
    return done(f"/casework/comparisons/{id}", f"已登记{count}户的比对结果。")


@router.get("/doubts")
def doubts(request: Request, session: Transaction, actor: Who, today: Today) -> Response:
    """Doubts that nobody has re-checked yet."""
    lines = session.exec(queries.doubts(actor)).all()
    files = _files(session, lines, actor, today)
    return page(
        request,
        "doubts.html",
        lines=[(line, files[line.file]) for line in lines],
        names=queries.department_names(session),
        today=today,
        forms_of={
            line.id: fill(request, RecheckForm, "/casework/doubts", {"line": line.id}, id=line.id)
            for line in lines
            if policy.may(actor, "recheck_doubt", line)
        },
    )


@router.post("/doubts")
def recheck_doubt(
    session: Transaction, actor: Who, today: Today, form: Annotated[RecheckForm, FromPage()]
) -> Response:
    commands.recheck_doubt(session, form, actor=actor, on=today)
    return done("/casework/doubts", "复核结果已登记。")
