"""How a refusal, or a failure, looks: a sentence on a page, problem JSON to a program."""

import logging
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from kit import audit
from kit.access import SignInNeeded
from kit.access.actor import caller
from kit.access.token import Why
from kit.errors import Forbidden, Refused, TooMany
from kit.forms.attempt import same_page
from kit.forms.labels import label_of
from kit.forms.refusals import refusals
from kit.messaging.fault import will_pass
from kit.web.continuing import Continued, ask_to_sign_in, go_on
from kit.web.depends import own_form
from kit.web.headers import guard
from kit.web.idempotency import Done
from kit.web.pages import page
from rulebook.packs import NoPack

log = logging.getLogger(__name__)
HTTP = {
    400: ("没有收到", "提交的内容不完整，或者写法不对。请检查后再提交。"),
    404: ("没有找到", "没有这个页面。请检查地址，或者回到首页。"),
    405: ("没有办成", "这个地址只能由页面上的按钮提交。请回到首页重新操作。"),
    408: ("没有收完", "内容传得太慢，没有收完，也没有办理。请换个网络再提交。"),
    415: ("没有收下", "这里只收JSON。请把content-type写成application/json。"),
}
OUT = {
    Why.NOBODY: "还没有登录。",
    Why.EXPIRED: "登录已过期。",
    Why.ENDED: "登录已失效：已退出，或者账号、岗位被收回。",
    Why.FORGED: "登录凭证不对，或者是旧版本的。",
    Why.AWAY: "登录服务暂时联系不上，没有办理。请过一分钟再试。",
}
MOST = 50  # mistakes that one answer names
UNWRITABLE = "内容里有不能保存的字符，或者数字太大。请改正后再提交。"


def refuse_plainly(app: FastAPI) -> None:
    """Whatever goes wrong: a sentence on a page, or problem JSON (RFC 9457), and nothing
    half-written.
    """
    app.add_exception_handler(Done, _done)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(Continued, go_on)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NoPack, _no_pack)
    app.add_exception_handler(NoConnection, _busy)
    app.add_exception_handler(StatementError, _database)
    app.add_exception_handler(psycopg.Error, _database)
    app.add_exception_handler(UnicodeEncodeError, _unwritable)
    app.add_exception_handler(Exception, _broken)


def problem(status: int, title: str, detail: str, **members: Any) -> JSONResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail} | members
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def _answer(request: Request, status: int, title: str, detail: str, **members: Any) -> Response:
    try:
        if "/api/" in request.url.path:
            return problem(status, title, detail, **members)
        return page(request, "refused.html", status=status, title=title, detail=detail)
    except UnicodeEncodeError:  # it quotes half a character
        return _answer(request, status, title, UNWRITABLE)


def _done(request: Request, error: Exception) -> Response:
    assert isinstance(error, Done)
    return error.answer


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if isinstance(error, Forbidden):
        await run_in_threadpool(audit.keep_refusal, request)
    answer = await run_in_threadpool(_answer, request, error.status, error.title, str(error))
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.wait)
    reasons = {error.field: str(error)} if error.field else {}
    return await same_page(request, answer, str(error), reasons)


async def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    try:
        own_form(request)  # what another site sends is kept for nobody
    except Forbidden as foreign:
        return await _refused(request, foreign)
    why = error.why
    if why in (Why.ENDED, Why.EXPIRED, Why.FORGED):
        await run_in_threadpool(_keep_shut_out, request, why)
    if why is Why.AWAY:
        return await run_in_threadpool(_answer, request, 503, "暂时不能登录", OUT[why])
    if "/api/" in request.url.path:
        return problem(401, "请先登录", OUT[why], why=why.value)
    if answer := await ask_to_sign_in(request, OUT[why]):
        return answer
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    reason = "" if why is Why.NOBODY else f"&why={why.value}"
    return RedirectResponse(f"/sign-in?back={quote(back)}{reason}", status_code=303)


def _keep_shut_out(request: Request, why: Why) -> None:
    """Audited where a good signature says whose token it was; what anybody may write is only logged."""
    account, sessions = caller(request).account, getattr(request.app.state, "sessions", None)
    if not account or sessions is None:
        log.warning("a token was refused: %s", why)
        return
    try:
        with sessions.begin() as session:
            who, now = replace(audit.STRANGER, account=account), request.app.state.clock()
            audit.note(session, now, "token", who, f"token:{why}", kind=audit.Kind.REFUSED)
    except SQLAlchemyError:
        log.exception("a refusal was not kept")


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors, route = list(error.errors())[:MOST], request.scope.get("route")
    wrong = refusals(errors, route)
    detail = f"{'；'.join(dict.fromkeys(refusal.sentence for refusal in wrong))}。请改正后再提交。"
    fields = [
        {
            "field": ".".join(map(str, item["loc"])),
            "label": label_of(route, item["loc"]),
            "reason": refusals([item], route)[0].reason,
        }
        for item in errors
    ]
    answer = await run_in_threadpool(_answer, request, 422, "填写有误", detail, errors=fields)
    return await same_page(
        request, answer, detail, {refusal.field: refusal.reason for refusal in wrong}
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title, detail = HTTP.get(error.status_code, ("没有收下", str(error.detail)))
    answer = _answer(request, error.status_code, title, detail)
    answer.headers.update(error.headers or {})
    return answer


def _no_pack(request: Request, error: Exception) -> Response:
    """A day before there were rules: nothing can be done about it."""
    return _answer(request, 422, "填写有误", f"{error}。请核对月份或日期。")


def _database(request: Request, error: Exception) -> Response:
    """Nothing was written. The engine is away or busy: the same request may be sent again; it
    cannot keep a value (a NUL, a number too large): that is the sender's to mend.
    """
    if will_pass(error):
        return _answer(
            request, 503, "暂时不能办理", "数据库暂时连不上，刚才的内容没有保存。请过一分钟再试。"
        )
    if isinstance(getattr(error, "orig", None) or error, psycopg.DataError):
        return _unwritable(request, error)
    raise error


def _busy(request: Request, error: Exception) -> Response:
    """All connections to the database are at work, and none became free in time."""
    return _answer(request, 503, "暂时不能办理", "现在办理的人太多，没有保存。请过一分钟再试。")


def _unwritable(request: Request, error: Exception) -> Response:
    """A text that no database and no answer can hold: half a surrogate pair, which JSON may send."""
    return _answer(request, 422, "填写有误", UNWRITABLE)


def _broken(request: Request, error: Exception) -> Response:
    """Our own mistake; the server writes it into its log. This answer does not pass the edge."""
    answer = _answer(
        request,
        500,
        "系统出错了",
        "系统出了错，刚才的内容没有保存。请稍后再试；还不行请告诉系统管理员。",
    )
    guard(answer.headers, request.scope)
    return answer
