"""Cards are handed out: one by one, and for a township at once. What stands on a card is shown once
and kept nowhere.
"""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kit import audit, directory
from kit.errors import Refused
from kit.forms import fill
from kit.web import Now, Today, Transaction, Who, done, page
from services.access.accounts import queries as accounts
from services.access.addresses import card_address, qr
from services.access.cards import commands, queries
from services.access.cards.documents import Printed, card_workbook
from services.access.cards.forms import SheetForm
from services.access.cards.policy import policy
from services.access.directory import queries as places
from services.access.roles import GRANTS, OF_TWO

router = policy.router()
NEVER_KEPT = {"cache-control": "no-store"}
MOST = 3_000  # cards at once: the group leaders of a county


@router.post("/accounts/{code}/cards")
def hand_out_card(
    code: str, request: Request, session: Transaction, actor: Who, now: Now
) -> Response:
    card, secret = commands.hand_out_card(session, code, actor=actor, now=now)
    if secret is None:
        return done(f"/access/accounts/{code}", "已提出，等另一个人确认后由他发卡。")
    return _shown(request, session, card.account, secret)


@router.post("/cards/{id}/confirm")
def confirm_card(id: str, request: Request, session: Transaction, actor: Who, now: Now) -> Response:
    card, secret = commands.confirm_card(session, id, actor=actor, now=now)
    return _shown(request, session, card.account, secret)


@router.post("/cards/{id}/withdraw")
def withdraw_card(id: str, session: Transaction, actor: Who) -> RedirectResponse:
    card = commands.withdraw_card(session, id, actor=actor)
    return done(f"/access/accounts/{card.account}", "这张卡已作废。")


@router.get("/card-sheet")
def card_sheet(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    roles = {role.value: role.label for role in GRANTS[actor.role] if role not in OF_TWO}
    form = fill(
        request,
        SheetForm,
        "/access/card-sheet",
        {"place": actor.place},
        options={"role": roles, "place": _below(session, actor)},
    )
    return page(request, "card_sheet.html", form=form)


def _below(session: Transaction, actor: Who) -> dict[str, str]:
    """The actor's own place, and the townships of a county: everything below them at once."""
    kinds = ("COUNTY", "TOWNSHIP", "VILLAGE", "UNIT")
    own = {actor.place: directory.name(session, kinds, actor.place)}
    children = directory.children(session, "TOWNSHIP", actor.place)
    return own | {entry.code: entry.name for entry in children}


@router.post("/card-sheet")
def hand_out_cards(
    request: Request,
    form: Annotated[SheetForm, FromPage()],
    session: Transaction,
    actor: Who,
    now: Now,
    today: Today,
) -> Response:
    people = queries.people_at(session, actor, form.role, form.place)
    if not form.again:
        there = queries.signed_in_ever(session, [post.account for post, _ in people], now)
        people = [(post, name) for post, name in people if post.account not in there]
    if not people:
        raise Refused(f"这里没有要发卡的{form.role.label}：还没有登记，或者都已经登录。")
    if len(people) > MOST:
        raise Refused(f"这里有{len(people)}人，一次最多发{MOST}张。请分乡镇发。")
    secrets = commands.hand_out_cards(
        session, [post.account for post, _ in people], actor=actor, now=now
    )
    called = places.called(session, [post for post, _ in people])
    printed = [
        Printed(
            name, post.role.label, called[post.id], card_address(request, secrets[post.account])
        )
        for post, name in people
        if post.account in secrets
    ]
    audit.counted(len(printed))
    if form.workbook:
        answer = card_workbook(printed, today).answer()
    else:
        codes = [(card, qr(card.address, scale=3)) for card in printed]
        answer = page(request, "printed_cards.html", cards=codes)
    answer.headers.update(NEVER_KEPT)
    return answer


def _shown(request: Request, session: Transaction, account: str, secret: str) -> Response:
    """One card, this once: as a code to scan and as a link to send."""
    person, posts = accounts.account(session, account), accounts.posts_of(session, account)
    called, address = places.called(session, posts), card_address(request, secret)
    first = posts[0]
    card = Printed(person.name, first.role.label, called[first.id], address)
    answer = page(request, "fresh_card.html", card=card, code=qr(address), person=person)
    answer.headers.update(NEVER_KEPT)
    return answer
