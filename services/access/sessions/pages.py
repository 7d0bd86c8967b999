"""Where somebody is signed in: his own, and a lost phone of somebody below him."""

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.web import Now, Transaction, Who, done, page
from services.access.accounts import queries as accounts
from services.access.sessions import commands, queries
from services.access.sessions.policy import policy

router = policy.router()


@router.get("/me")
def my_sign_ins(request: Request, session: Transaction, actor: Who, now: Now) -> HTMLResponse:
    return page(
        request,
        "my_sign_ins.html",
        sessions=queries.open_of(session, actor.account, now),
        here=getattr(actor, "session", ""),
        posts=len(accounts.posts_on(session, actor.account, now.date())),
    )


@router.post("/me/{id}/end")
def end_mine(id: str, session: Transaction, actor: Who, now: Now) -> RedirectResponse:
    policy.require(actor, "end_mine", queries.signed_in(session, id))
    commands.end_session(session, id, actor=actor, now=now)
    return done("/access/me", "那部设备已退出，几秒内各处都不能再用。")


@router.post("/sessions/{id}/end")
def end_session(id: str, session: Transaction, actor: Who, now: Now) -> RedirectResponse:
    row = queries.signed_in(session, id)
    commands.end_session(session, id, actor=actor, now=now)
    return done(f"/access/accounts/{row.account}", "这部手机已退出，几秒内各处都不能再用。")


@router.post("/accounts/{code}/shut-out")
def shut_out(code: str, session: Transaction, actor: Who, now: Now) -> RedirectResponse:
    ended = commands.shut_out(session, code, actor=actor, now=now)
    said = (
        f"已退出他的{ended}处登录，几秒内各处都不能再用。"
        if ended
        else "他现在没有在任何地方登录。"
    )
    again = "没用过的登录卡、密码和动态码也作废了；要再进来，请给他发一张新登录卡。"
    return done(f"/access/accounts/{code}", said + again)
