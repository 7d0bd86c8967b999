"""Who stands at the door, by the secret of his session."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from kit.actor import Actor
from kit.clock import local_date
from kit.web import cookies
from schemas.codes import Role
from services.access.accounts import queries as accounts
from services.access.accounts.models import Account, Post
from services.access.cards import queries as cards
from services.access.directory import queries as directory
from services.access.sessions import queries as sessions
from services.access.sessions.models import SignedIn
from services.access.sessions.rules import Kind


@dataclass(frozen=True)
class Sitting:
    """A living session with its person, and the posts in which he may act today."""

    row: SignedIn
    account: Account
    posts: list[Post]

    @property
    def actor(self) -> Actor:
        """For the audit: in the post that he chose, else in his first one."""
        chosen = [post for post in self.posts if post.id == self.row.post] or self.posts
        return person(self.account, chosen[0] if chosen else None)


def person(account: Account, post: Post | None) -> Actor:
    role, place = (post.role, post.place) if post else (Role.SYSTEM, "")
    return Actor(account.code, account.name, role, place)


def sitting(session: Session, request: Request, now: datetime) -> Sitting | None:
    """Whoever's living session this browser has."""
    secret = cookies.held(request, cookies.SESSION)
    row = sessions.living(session, secret, now)
    if row is None:
        return None
    posts = accounts.posts_on(session, row.account, local_date(now))
    return Sitting(row, accounts.account(session, row.account), posts)


def known_by_card(session: Session, request: Request) -> str:
    """Who gives a new card, where a card had made this browser known and its session is over; else
    nothing.
    """
    row = sessions.by_secret(session, cookies.held(request, cookies.SESSION))
    return cards.giver(session, row.account) if row and row.kind is Kind.PHONE else ""


def first_person(session: Session, account: str, now: datetime) -> Actor:
    """The account for the audit, before somebody chose a post."""
    posts = accounts.posts_on(session, account, local_date(now))
    return person(accounts.account(session, account), posts[0] if posts else None)


def labels(session: Session, posts: list[Post]) -> dict[str, str]:
    """Post → 村文书（河湾镇石桥村）, with whom it stands in for."""
    places = directory.called(session, posts)
    principals = {
        post.id: accounts.account(session, post.deputy_for).name
        for post in posts
        if post.deputy_for
    }
    return {
        post.id: f"{post.role.label}（{places[post.id]}）"
        + (f"，代理{principals[post.id]}" if post.id in principals else "")
        for post in posts
    }
