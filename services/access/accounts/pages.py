"""Accounts: the list, one person's page, and what is done there."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Refused
from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Now, Today, Transaction, Who, done, page
from schemas.codes import Role
from services.access.accounts import commands, queries
from services.access.accounts.forms import (
    MARKED,
    AccountForm,
    MarkedForm,
    PlaceAsked,
    PostForm,
    ReasonForm,
    WaitingAsked,
)
from services.access.accounts.lists import ACCOUNTS, AccountFilter, asked_for, lines
from services.access.accounts.models import Account, Post
from services.access.accounts.policy import policy
from services.access.accounts.rules import State
from services.access.accounts.views import first_steps
from services.access.cards import queries as cards
from services.access.cards.models import Card
from services.access.cards.rules import CardState
from services.access.directory import queries as directory
from services.access.roles import GRANTS
from services.access.sessions import queries as sessions

router = policy.router()
Asked = Annotated[AccountFilter, Query()]
OFFERED = 300  # places in one list; more are asked for by name
HISTORY = 50


@router.get("/", name="accounts")
def first() -> RedirectResponse:
    return RedirectResponse("/access/accounts", status_code=303)


@router.get("/accounts")
def accounts(request: Request, session: Transaction, actor: Who, asked: Asked) -> HTMLResponse:
    found = ACCOUNTS.page(session, asked_for(actor, asked), asked)
    roles = {role.value: role.label for role in GRANTS[actor.role]}
    return page(
        request,
        "accounts_list.html",
        accounts=found.map(lambda rows: lines(session, rows)),
        filter=fill(request, AccountFilter, "/access/accounts", asked, options={"role": roles}),
        waiting=len(queries.waiting(session, actor)) + len(cards.waiting(session, actor)),
        steps=first_steps(session) if actor.role is Role.ADMINISTRATOR else [],
    )


@router.get("/accounts.xlsx")
def accounts_file(session: Transaction, actor: Who, today: Today, asked: Asked) -> Response:
    rows = ACCOUNTS.every(session, asked_for(actor, asked), asked)
    return ACCOUNTS.export("账号", lines(session, rows), on=today)


@router.get("/waiting")
def waiting(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[WaitingAsked, Query()],
) -> HTMLResponse:
    """Posts and cards that wait for this very person."""
    return _waiting(request, session, actor, today, every=asked.all)


@router.post("/waiting/posts")
def confirm_posts(
    request: Request,
    form: Annotated[MarkedForm, FromPage()],
    session: Transaction,
    actor: Who,
    now: Now,
    today: Today,
) -> HTMLResponse:
    """Those that are marked, each by itself; the page says what became of each."""
    if not form.ids:
        raise Refused("还没有选中岗位。请在要确认的人前面打勾，再点“确认选中的”。")
    results = commands.confirm_marked(session, form.ids, actor=actor, now=now)
    return _waiting(request, session, actor, today, results=results)


def _waiting(
    request: Request,
    session: Session,
    actor: Actor,
    today: date,
    *,
    every: bool = False,
    results: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """`every`: all rows are marked; `results`: post → why it was not confirmed, "" where it was."""
    posts, proposed = queries.waiting(session, actor), cards.waiting(session, actor)
    mine, done = queries.proposed_by(session, actor), queries.those(session, actor, results or ())
    every_post = {post.id: post for post in (*posts[:MARKED], *mine, *done)}.values()
    both: list[Post | Card] = [*every_post, *proposed]
    return page(
        request,
        "waiting.html",
        posts=posts[:MARKED],
        more=len(posts[MARKED:]),
        cards=proposed[:MARKED],
        more_cards=len(proposed[MARKED:]),
        every=every,
        results=[(post, (results or {})[post.id]) for post in done],
        strange=len(results or ()) - len(done),  # whose they are is not said
        lonely=queries.nobody_confirms(session, mine, today),
        mine=mine,
        people={one.account: queries.account(session, one.account) for one in both},
        proposers=queries.names(session, [one.proposed_by for one in both]),
        places=directory.called(session, every_post),
    )


@router.get("/accounts/new")
def new_account(
    request: Request, session: Transaction, actor: Who, asked: Annotated[PlaceAsked, Query()]
) -> HTMLResponse:
    """First as what, then who and where: places are picked, never typed."""
    roles = {role.value: role.label for role in GRANTS[actor.role]}
    chooser = fill(request, PlaceAsked, "/access/accounts/new", asked, options={"role": roles})
    form, more = None, False
    if asked.role in GRANTS[actor.role]:
        form, more = _post_form(request, session, actor, AccountForm, "/access/accounts", asked)
    return page(request, "new_account.html", chooser=chooser, form=form, more=more, role=asked.role)


def _post_form(
    request: Request,
    session: Session,
    actor: Actor,
    form: type[PostForm],
    to: str,
    asked: PlaceAsked,
) -> tuple[Filled, bool]:
    role = asked.role or Role.GROUP_LEADER
    places, more = directory.offered(session, actor, role, OFFERED, asked.q or "")
    principals = queries.principals(session, role, places)
    filled = fill(
        request,
        form,
        to,
        {"role": role, "place": next(iter(places), None) if len(places) == 1 else None},
        options={"place": places, "deputy_for": principals},
        without=() if principals else ("deputy_for",),
    )
    return filled, more


@router.post("/accounts")
def open_account(
    form: Annotated[AccountForm, FromPage()], session: Transaction, actor: Who, now: Now
) -> RedirectResponse:
    account = commands.open_account(session, form, actor=actor, now=now)
    waits = account.state is State.PROPOSED
    said = "已登记，等另一个人确认后才能用。" if waits else "已登记。现在可以给他发登录卡。"
    return done(f"/access/accounts/{account.code}", said)


@router.get("/accounts/{code}")
def account(
    code: str,
    request: Request,
    session: Transaction,
    actor: Who,
    now: Now,
    today: Today,
    asked: Annotated[PlaceAsked, Query()],
) -> HTMLResponse:
    person = queries.account(session, code)
    policy.require(actor, "account", person)
    posts = queries.posts_of(session, code)
    given, open_sessions = cards.cards_of(session, code), sessions.open_of(session, code, now)
    about = [f"post:{post.id}" for post in posts] + [f"card:{card.id}" for card in given]
    return page(
        request,
        "account.html",
        person=person,
        posts=posts,
        places=directory.called(session, posts),
        people=queries.names(
            session,
            [name for post in posts for name in (post.deputy_for, post.proposed_by, post.ended_by)],
        ),
        lonely=queries.nobody_confirms(session, posts, today),
        cards=given,
        lonely_cards={
            card.id: cards.nobody_confirms(session, card, today)
            for card in given
            if card.state is CardState.PROPOSED
        },
        sessions=open_sessions,
        history=queries.history(session, code, about, HISTORY),
        deeds=request.app.state.deeds,
        **_adding(request, session, actor, person, asked),
        taking_back=fill(request, ReasonForm, f"/access/accounts/{code}/close"),
    )


def _adding(
    request: Request, session: Session, actor: Actor, person: Account, asked: PlaceAsked
) -> dict[str, Any]:
    """The form of a further post: first as what, then where."""
    here = f"/access/accounts/{person.code}"
    roles = {role.value: role.label for role in GRANTS[actor.role]}
    chooser = fill(request, PlaceAsked, here, asked, options={"role": roles})
    form, more = None, False
    if asked.role in GRANTS[actor.role]:
        form, more = _post_form(request, session, actor, PostForm, f"{here}/posts", asked)
    return {"chooser": chooser, "form": form, "more": more, "role": asked.role}


@router.post("/accounts/{code}/posts")
def add_post(
    code: str, form: Annotated[PostForm, FromPage()], session: Transaction, actor: Who, now: Now
) -> RedirectResponse:
    post = commands.add_post(session, code, form, actor=actor, now=now)
    waits = post.state is State.PROPOSED
    said = "已登记，等另一个人确认后才能用。" if waits else "已增加岗位。"
    return done(f"/access/accounts/{code}", said)


@router.post("/post/{id}/confirm")
def confirm_post(id: str, session: Transaction, actor: Who, now: Now) -> RedirectResponse:
    post = commands.confirm(session, id, actor=actor, now=now)
    return done(
        "/access/waiting", f"已确认{post.role.label}的岗位。他要是进不来，请给他发一张新登录卡。"
    )


@router.post("/post/{id}/take-back")
def take_back_post(
    id: str, form: Annotated[ReasonForm, FromPage()], session: Transaction, actor: Who
) -> RedirectResponse:
    post = commands.take_back_post(session, id, reason=form.reason, actor=actor)
    return done(f"/access/accounts/{post.account}", "已收回，几秒内各处都不能再用。")


@router.post("/post/{id}/give-again")
def give_again(id: str, session: Transaction, actor: Who, now: Now) -> RedirectResponse:
    post = commands.give_again(session, id, actor=actor, now=now)
    waits = post.state is State.PROPOSED
    said = "已提出，等另一个人确认后才能用。" if waits else "已恢复这个岗位。"
    return done(f"/access/accounts/{post.account}", said)


@router.post("/accounts/{code}/close")
def close_account(
    code: str, form: Annotated[ReasonForm, FromPage()], session: Transaction, actor: Who, now: Now
) -> RedirectResponse:
    commands.close_account(session, code, reason=form.reason, actor=actor, now=now)
    return done(f"/access/accounts/{code}", "账号已停用，全部岗位已收回。")
