"""The list of what data checks found, one finding with its answer, and the button that looks again."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Now, Today, Transaction, Who, done, page
from services.village import directory
from services.village.checks import commands, queries
from services.village.checks.forms import AnswerForm, FindingFilter
from services.village.checks.policy import policy
from services.village.register import queries as register_queries

router = policy.router()


@router.get("/checks", name="data_findings")
def data_findings(
    request: Request, session: Transaction, actor: Who, asked: Annotated[FindingFilter, Query()]
) -> HTMLResponse:
    names, statement = directory.names(session), queries.findings(actor, asked)
    villages = register_queries.villages_seen(session, actor)
    townships = dict.fromkeys(village.parent or "" for village in villages)
    places = {code: names[code] for code in townships if len(townships) > 1}
    places |= {village.code: names.full(village.code) for village in villages}
    return page(
        request,
        "checks.html",
        findings=queries.FINDINGS.page(session, statement, asked).map(
            lambda rows: queries.lines(session, rows)
        ),
        counts=queries.counts(session, actor),
        names=names,
        place=asked.place or actor.place,
        filter=fill(request, FindingFilter, "/village/checks", asked, options={"place": places}),
    )


@router.get("/checks.xlsx", name="data_findings")
def data_findings_workbook(
    session: Transaction, actor: Who, today: Today, asked: Annotated[FindingFilter, Query()]
) -> Response:
    rows = queries.FINDINGS.every(session, queries.findings(actor, asked), asked)
    return queries.FINDINGS.export("数据核查问题清单", queries.lines(session, rows), on=today)


@router.post("/checks", name="check_register")
def check_register(session: Transaction, actor: Who, now: Now) -> Response:
    count = commands.begin_run(session, actor=actor, at=now)
    return done("/village/checks", f"开始核查{count}个村的登记册，过几分钟刷新这一页看结果。")


@router.get("/checks/{id}", name="data_findings")
def data_finding(id: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    row = queries.finding(session, id)
    policy.permit(actor, "data_findings", row)
    (line,) = queries.lines(session, [row])
    return page(
        request, "check.html", line=line, form=fill(request, AnswerForm, f"/village/checks/{id}")
    )


@router.post("/checks/{id}", name="answer_data_finding")
def answer_data_finding(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[AnswerForm, FromPage()]
) -> Response:
    commands.answer(session, id, form, actor=actor, on=today)
    return done(f"/village/checks/{id}", "已登记处理结果。")
