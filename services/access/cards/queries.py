"""Cards, by their secret and by person."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.locks import hold
from kit.database.rows import existing
from kit.database.searching import begins
from rulebook.divisions import level
from rulebook.scopes import Scope, ScopeKind
from schemas.codes import Role
from services.access.accounts import queries as accounts
from services.access.accounts.models import Account, Post
from services.access.accounts.rules import State
from services.access.cards.models import Card
from services.access.cards.policy import policy
from services.access.cards.rules import CardState, is_good
from services.access.roles import above
from services.access.sessions.models import SignedIn
from services.access.sessions.queries import hashed, is_living

NOBODY_CONFIRMS = (
    "现在没有第二个人可以确认这张登录卡：请管服务器的人运行“backstop accounts link {account}”，由他发卡；"
    "或者先登记并确认另一位系统管理员，再由他确认。"
)


def card(session: Session, id: str) -> Card:
    return existing(session, Card, id, "没有这张登录卡，请回到账号页重选。")


def by_secret(session: Session, secret: str) -> Card | None:
    return session.exec(select(Card).where(Card.secret_hash == hashed(secret))).first()


def for_use(session: Session, secret: str) -> Card | None:
    """The same for whoever is going to use it: of two at once the second waits for the first."""
    hold(session, f"access.card {hashed(secret)}")
    return by_secret(session, secret)


def cards_of(session: Session, account: str) -> Sequence[Card]:
    """Newest first."""
    return session.exec(
        select(Card).where(Card.account == account).order_by(col(Card.id).desc())
    ).all()


def open_cards(session: Session, account: str) -> Sequence[Card]:
    """Those that could still be used, or wait for the second person."""
    unused = (CardState.PROPOSED, CardState.READY)
    query = select(Card).where(Card.account == account, col(Card.state).in_(unused))
    return session.exec(query).all()


def waiting(session: Session, actor: Actor) -> Sequence[Card]:
    """Cards that wait for the actor to confirm them, oldest first."""
    query = (
        select(Card)
        .join(Account, col(Account.code) == col(Card.account))
        .where(
            Card.state == CardState.PROPOSED,
            col(Card.proposed_by) != actor.account,
            col(Card.account) != actor.account,
            policy.visible(actor, "confirm_card", Account),
        )
    )
    return session.exec(query.order_by(Card.id)).all()


def nobody_confirms(session: Session, card: Card, on: date) -> str:
    """What to do where nobody who is here may confirm this card; "" where somebody may."""
    account, roles = accounts.account(session, card.account), policy["confirm_card"].roles
    posts = accounts.posts_of(session, card.account)
    places = [code for post in posts for code in (post.place, post.above)]
    others = (
        actor
        for actor in accounts.who_confirms(session, roles, places, on)
        if actor.account not in (card.account, card.proposed_by)
    )
    if any(policy.may(actor, "confirm_card", account) for actor in others):
        return ""
    return NOBODY_CONFIRMS.format(account=card.account)


def giver(session: Session, account: str) -> str:
    """Who gives this person a new card, as a sentence names him."""
    posts = [one for one in accounts.posts_of(session, account) if one.state is not State.ENDED]
    return above(posts[0].role) if posts else "上一级"


def why_dead(session: Session, card: Card | None, now: datetime) -> str:
    """Why a card opens nothing; "" for one that does. It says who gives a new one."""
    if card is None:
        return "这张登录卡不对。请核对链接是否完整，或者请上一级重新发一张。"
    if is_good(card.state, card.made_at, now):
        return ""
    ask = f"请{giver(session, card.account)}重新发一张"
    if card.state is CardState.USED:
        return f"这张登录卡已经在一部手机上用过，不能再用于别的手机。换了手机，{ask}。"
    if card.state is CardState.WITHDRAWN:
        return f"这张登录卡已作废。{ask}。"
    return f"这张登录卡已过期（30天内没有使用）。{ask}。"


def people_at(session: Session, actor: Actor, role: Role, place: str) -> Sequence[tuple[Post, str]]:
    """Who is in this role at a place or below it, (post, name) by place, as far as the actor may
    give them cards.
    """
    query = (
        select(Post, Account.name)
        .join(Account, col(Account.code) == col(Post.account))
        .where(
            policy.visible(actor, "hand_out_cards", Account),
            Account.state == State.ACTIVE,
            Post.role == role,
            Post.state == State.ACTIVE,
            or_(Post.place == place, Post.above == place, begins(col(Post.place), trunk(place))),
        )
    )
    return session.exec(query.order_by(Post.place, Account.name)).all()


def trunk(place: str) -> str:
    """What the codes of everything in a division begin with; of other places the whole code."""
    try:
        kind = ScopeKind(level(place).value)
    except ValueError:
        return place
    return Scope(kind, place).prefix or place


def signed_in_ever(session: Session, accounts_: Sequence[str], now: datetime) -> set[str]:
    """Who of them is signed in somewhere."""
    rows = session.exec(
        select(SignedIn).where(among(SignedIn.account, accounts_), col(SignedIn.ended_at).is_(None))
    )
    return {row.account for row in rows if is_living(row, now)}
