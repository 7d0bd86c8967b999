"""Pages before and around the others: sign-in, cards, the choice of a post, sign-out. Nobody is
signed in here yet, so they have no policy and write their own audit rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi import Form as FromPage
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from kit import audit
from kit.clock import local_date
from kit.errors import Refused, TooMany
from kit.forms import fill
from kit.network import address_of
from kit.rates import SIGN_IN, RatedRoute, limited
from kit.turns import in_line
from kit.web import Now, cookies, page
from services.access.addresses import qr
from services.access.cards import commands as cards
from services.access.cards import queries as card_queries
from services.access.entering import carry, device, entered
from services.access.front import commands, queries
from services.access.front.forms import BACK, PostChosen, SetUpForm, SignInForm
from services.access.hashing import hashed, matches
from services.access.one_time_codes import commands as codes
from services.access.one_time_codes import queries as code_queries
from services.access.passwords import commands as passwords
from services.access.sessions import commands as sessions
from services.access.sessions import queries as session_queries
from services.access.sessions.rules import Kind

router = APIRouter(route_class=RatedRoute)
OF_ADDRESS = 4  # attempts of one address at a time; so many more wait for them: a whole office
WAITING = 60
Back = Annotated[str, Query(title="返回的页面", max_length=500, pattern=f"^{BACK}$")]


@contextmanager
def _transaction(request: Request) -> Iterator[Session]:
    """The door's own: nobody is there whose key an act could have."""
    with request.app.state.sessions.begin() as session:
        yield session


@router.get("/sign-in")
def sign_in(request: Request, now: Now, back: Back = "/") -> Response:
    with _transaction(request) as session:
        here = queries.sitting(session, request, now)
        known_by_card = "" if here else queries.known_by_card(session, request)
    if here and here.row.kind is Kind.ENTRY:
        return RedirectResponse("/access/setup", status_code=303)
    if here and here.posts and here.row.post not in {post.id for post in here.posts}:
        return RedirectResponse("/access/posts", status_code=303)
    form = fill(request, SignInForm, "/access/sign-in", {"back": back})
    provider = getattr(request.app.state, "provider", None)
    return page(request, "sign_in.html", form=form, provider=provider, asks=known_by_card)


@router.post("/sign-in")
@limited(SIGN_IN)
async def enter(request: Request, form: Annotated[SignInForm, FromPage()], now: Now) -> Response:
    """A transaction before the password is hashed and one after it, none meanwhile."""
    address = address_of(request)
    async with in_line(OF_ADDRESS, WAITING, "sign-in", address):
        attempt = await run_in_threadpool(_begin, request, form, address, now)
        if isinstance(attempt, str):
            raise TooMany(attempt)
        fits = await matches(attempt.hash, form.password)
        return await run_in_threadpool(_finish, request, form, attempt, fits, now)


def _begin(
    request: Request, form: SignInForm, address: str, now: datetime
) -> commands.Attempt | str:
    mark = cookies.held(request, cookies.DEVICE)
    with _transaction(request) as session:
        return commands.begin_sign_in(session, form.login, address=address, mark=mark, now=now)


def _finish(
    request: Request, form: SignInForm, attempt: commands.Attempt, fits: bool, now: datetime
) -> Response:
    with _transaction(request) as session:
        secret, why = commands.finish_sign_in(
            session, attempt, fits=fits, code=form.code or "", device=device(request), now=now
        )
        answer = entered(request, session, secret, form.back, now) if secret else None
    if answer is None:
        raise Refused(why)
    return answer


@router.get("/cards/{secret}")
@limited(SIGN_IN)
def card(secret: str, request: Request, now: Now) -> Response:
    """Opening alone uses nothing up: messengers fetch links to preview them."""
    with _transaction(request) as session:
        found = card_queries.by_secret(session, secret)
        here = queries.sitting(session, request, now)
        if found and here and here.row.account == found.account:
            return RedirectResponse("/", status_code=303)  # the link once more, on his own phone
        why = card_queries.why_dead(session, found, now)
        name, needed = "", False
        if found and not why:
            name = queries.first_person(session, found.account, now).name
            needed = code_queries.are_needed(session, found.account, local_date(now))
    shown = {"why": why, "person": name, "secret": secret, "codes": needed}
    return page(request, "card.html", status=403 if why else 200, **shown)


@router.post("/cards/{secret}")
@limited(SIGN_IN)
def use_card(secret: str, request: Request, now: Now) -> Response:
    """One tap, and this phone is known. Of two phones at once the second finds it used."""
    with _transaction(request) as session:
        found = card_queries.for_use(session, secret)
        here = queries.sitting(session, request, now)
        if found and here and here.row.account == found.account:
            return RedirectResponse("/", status_code=303)
        why = card_queries.why_dead(session, found, now)
        who = queries.first_person(session, found.account, now) if found else audit.STRANGER
        about = (f"card:{found.id}",) if found else ()
        audit.note(
            session,
            now,
            "use_card",
            who,
            *about,
            kind=audit.Kind.REFUSED if why else audit.Kind.ACT,
        )
        if found and not why:
            needed = code_queries.are_needed(session, found.account, local_date(now))
            given = cards.use_card(
                session, found, device=device(request), now=now, may_enter=not needed
            )
            return entered(request, session, given, "/access/setup" if needed else "/", now)
    shown = {"why": why, "person": "", "secret": secret, "codes": False}
    return page(request, "card.html", status=403, **shown)


@router.get("/posts")
def posts(request: Request, now: Now, back: Back = "/") -> Response:
    """In which of his posts he acts, whatever became of the one before."""
    with _transaction(request) as session:
        here = queries.sitting(session, request, now)
        if here is None:
            return RedirectResponse("/access/sign-in", status_code=303)
        labels = queries.labels(session, here.posts)
    return page(request, "posts.html", here=here, labels=labels, back=back)


@router.post("/posts")
def choose_post(request: Request, form: Annotated[PostChosen, FromPage()], now: Now) -> Response:
    with _transaction(request) as session:
        here = queries.sitting(session, request, now)
        if here is None:
            return RedirectResponse("/access/sign-in", status_code=303)
        sessions.choose_post(session, here.row, form.post, now)
        actor = queries.person(here.account, next(p for p in here.posts if p.id == form.post))
        audit.note(session, now, "choose_post", actor, f"post:{form.post}")
        secret = cookies.held(request, cookies.SESSION)
        return entered(request, session, secret, form.back, now)


@router.get("/sign-out")
def leave(request: Request, now: Now) -> Response:
    """A phone asks before: it needs a new card afterwards."""
    with _transaction(request) as session:
        here = queries.sitting(session, request, now)
        asks = card_queries.giver(session, here.account.code) if here else ""
    if here is None:
        answer = RedirectResponse("/access/sign-in", status_code=303)
        cookies.forget(request, answer)
        return answer
    return page(request, "sign_out.html", here=here, asks=asks, phone=here.row.kind is Kind.PHONE)


@router.post("/sign-out")
def sign_out(request: Request, now: Now) -> Response:
    """The session ends for good, here and at every service."""
    with _transaction(request) as session:
        if here := queries.sitting(session, request, now):
            audit.note(session, now, "sign_out", here.actor, f"signed_in:{here.row.id}")
            sessions.end(session, [here.row], by=here.account.code, now=now)
    answer = RedirectResponse("/access/sign-in", status_code=303)
    cookies.forget(request, answer)
    return answer


@router.get("/setup")
def setup(request: Request, now: Now) -> Response:
    """A first password and an authenticator, for whoever came with a card and signs."""
    with _transaction(request) as session:
        here = queries.sitting(session, request, now)
        if here is None or here.row.kind is not Kind.ENTRY:
            return RedirectResponse("/", status_code=303)
        secret = codes.begin(session, here.account.code)
    form = fill(request, SetUpForm, "/access/setup", {"login": here.account.name})
    address = codes.address(secret, here.account.name)
    provider = getattr(request.app.state, "provider", None)
    return page(
        request, "setup.html", form=form, secret=secret, code=qr(address), provider=provider
    )


@router.post("/setup")
@limited(SIGN_IN)
async def set_up(request: Request, form: Annotated[SetUpForm, FromPage()], now: Now) -> Response:
    await run_in_threadpool(_check_set_up, request, form, now)
    hash = await hashed(form.password)
    return await run_in_threadpool(_set_up, request, form, hash, now)


def _entering(session: Session, request: Request, now: datetime) -> queries.Sitting:
    here = queries.sitting(session, request, now)
    if here is None or here.row.kind is not Kind.ENTRY:
        raise Refused("首次登录已超过1小时。请上一级重新发一张登录卡。")
    return here


def _check_set_up(request: Request, form: SetUpForm, now: datetime) -> None:
    if form.password != form.again:
        raise Refused("两次填的密码不一样，请重填。", field="again")
    with _transaction(request) as session:
        here = _entering(session, request, now)
        passwords.check(session, here.account.code, form.login, form.password)


def _set_up(request: Request, form: SetUpForm, hash: str, now: datetime) -> Response:
    with _transaction(request) as session:
        here = _entering(session, request, now)
        account = here.account.code
        recovery = codes.confirm(session, account, form.code, now)
        passwords.set_password(session, account, form.login, hash, now)
        sessions.end(session, session_queries.open_of(session, account, now), by=account, now=now)
        secret = sessions.open_session(
            session, account, None, Kind.OFFICE, now, device=device(request)
        )
        audit.note(session, now, "set_up", here.actor, f"account:{account}")
        answer = page(request, "recovery.html", recovery=recovery, login=form.login)
        return carry(request, session, answer, secret, now)
