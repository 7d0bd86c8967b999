"""Cards are handed out, confirmed, used once, withdrawn."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from kit import audit
from kit.actor import SYSTEM, Actor
from kit.errors import Conflict, Forbidden, Refused
from schemas.codes import Role
from services.access.accounts import queries as accounts
from services.access.accounts.commands import needs_second_person
from services.access.accounts.models import Account
from services.access.accounts.rules import State
from services.access.cards import queries
from services.access.cards.models import Card
from services.access.cards.policy import policy
from services.access.cards.rules import CardState
from services.access.sessions import commands as sessions
from services.access.sessions.queries import by_secret, hashed
from services.access.sessions.rules import Kind


def hand_out_card(
    session: Session, code: str, *, actor: Actor, now: datetime
) -> tuple[Card, str | None]:
    """A card and what stands on it; None while a second person has to confirm it, as always where
    the administrator proposes it: he would see by it what that person sees. Cards of before that
    nobody used are dead.
    """
    account = accounts.account(session, code)
    policy.require(actor, "hand_out_card", account)
    card = _fresh(session, account, actor, now)
    if actor.role is Role.ADMINISTRATOR or needs_second_person(session, code):
        return card, None
    return card, _ready(session, card, actor, now)


def hand_out_cards(
    session: Session, codes: Sequence[str], *, actor: Actor, now: datetime
) -> dict[str, str]:
    """Cards of many people at once: account → what stands on his card. Whoever needs a second
    person is left out.
    """
    given = {code: hand_out_card(session, code, actor=actor, now=now)[1] for code in codes}
    return {code: secret for code, secret in given.items() if secret}


def confirm_card(session: Session, id: str, *, actor: Actor, now: datetime) -> tuple[Card, str]:
    """The second person's, who hands the card out."""
    card = queries.card(session, id)
    policy.require(actor, "confirm_card", accounts.account(session, card.account))
    if card.account == actor.account or card.proposed_by == actor.account:
        raise Forbidden("这张登录卡要由另一个人确认，提出的人和本人都不能确认。")
    if card.state is not CardState.PROPOSED:
        raise Conflict("这张登录卡已经确认过，或者已作废。")
    return card, _ready(session, card, actor, now)


def confirm_marked(
    session: Session, ids: Sequence[str], *, actor: Actor, now: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """Each by itself: account → what stands on his card, and card → why it was not confirmed."""
    given, failed = dict[str, str](), dict[str, str]()
    for id in dict.fromkeys(ids):
        try:
            with session.begin_nested():
                card, secret = confirm_card(session, id, actor=actor, now=now)
                given[card.account] = secret
        except Refused as refusal:
            if isinstance(refusal, Forbidden):
                audit.note(
                    session, now, "confirm_card", actor, f"card:{id}", kind=audit.Kind.REFUSED
                )
            failed[id] = str(refusal)
    return given, failed


def _ready(session: Session, card: Card, actor: Actor, now: datetime) -> str:
    secret = secrets.token_urlsafe(18)
    card.state, card.secret_hash = CardState.READY, hashed(secret)
    card.made_at, card.confirmed_by = now, actor.account
    session.add(card)
    session.flush()
    return secret


def servers_card(session: Session, code: str, *, now: datetime) -> str:
    """What stands on a card that the server's own command line hands out: whoever may use that may
    do anything here, so nobody confirms it. Cards of before that nobody used are dead.
    """
    card = _fresh(session, accounts.account(session, code), SYSTEM, now)
    return _ready(session, card, SYSTEM, now)


def _fresh(session: Session, account: Account, actor: Actor, now: datetime) -> Card:
    """Instead of those of before that nobody used."""
    acts = any(post.state is State.ACTIVE for post in accounts.posts_of(session, account.code))
    if account.state is not State.ACTIVE or not acts:
        raise Conflict(
            "这个账号没有在用的岗位：还没有确认，或者已经停用。请先确认他的岗位，再发卡。"
        )
    sessions.withdraw_cards(session, account.code)
    card = Card(
        account=account.code, state=CardState.PROPOSED, made_at=now, proposed_by=actor.account
    )
    session.add(card)
    session.flush()
    return card


def withdraw_card(session: Session, id: str, *, actor: Actor) -> Card:
    """Nobody uses it any more. The phone that it made known is another matter (`end_session`)."""
    card = queries.card(session, id)
    policy.require(actor, "withdraw_card", accounts.account(session, card.account))
    if card.state is CardState.USED:
        raise Conflict("这张登录卡已经用过。要让那部手机不能再进，请点“退出这部手机”。")
    _withdraw(session, card)
    return card


def _withdraw(session: Session, card: Card) -> None:
    card.state = CardState.WITHDRAWN
    session.add(card)
    session.flush()


def use_card(
    session: Session, card: Card, *, device: str | None, now: datetime, may_enter: bool
) -> str:
    """This phone is known from now on; gives back its session's secret. `may_enter`: False where the
    person must first set a password and one-time codes. A card begins anew: a password of before
    may be that of whoever found the lost phone.
    """
    sessions.forget_ways_in(session, card.account)
    kind = Kind.PHONE if may_enter else Kind.ENTRY
    secret = sessions.open_session(session, card.account, None, kind, now, device=device)
    row = by_secret(session, secret)
    assert row
    card.state, card.used_at, card.session = CardState.USED, now, row.id
    session.add(card)
    session.flush()
    return secret
