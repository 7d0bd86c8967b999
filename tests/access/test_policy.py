"""Who may what with whose account: every post at every door, with people of his own place, of a
neighbour's and of a foreign one; and what the tables say of every row there is.
"""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop.permissions import tables
from backstop.services import service_named
from kit.actor import Actor
from kit.policy.walk import Door, doors
from kit.seal import seal
from kit.web import transaction
from rulebook.scopes import ScopeKind
from schemas.codes import Level, Role
from schemas.county import TeamNamed
from schemas.dispatch import DepartmentNamed
from schemas.unit import HelperNamed, UnitNamed
from schemas.values import Name
from schemas.village import DivisionNamed, GroupNamed
from services.access import service
from services.access.accounts import commands as accounts
from services.access.accounts.models import Account, Post
from services.access.cards.models import Card
from services.access.cards.rules import CardState
from services.access.directory import commands as directory
from services.access.sessions import commands as sessions
from services.access.sessions.models import SignedIn
from services.access.sessions.rules import Kind
from tests.access.conftest import ADMIN, NOW, opened
from tests.helpers.acquainted import acquainted
from tests.helpers.posts import OTHERS, OWN, PLACES, disagreements, post, unasked

TABLES = tables(service_named("access")).values()
# Of whom a door is asked: the group leader of the own village, the neighbour's and a foreign one.
PEOPLE = tuple(post(Role.GROUP_LEADER, place).account for place in PLACES[ScopeKind.GROUP])
BODIES = {
    "hand_out_cards": {"role": "GROUP_LEADER", "place": PLACES[ScopeKind.VILLAGE][0]},
    "add_post": {"role": "GRID_WORKER", "place": PLACES[ScopeKind.GROUP][0]},
    "take_back_post": {"reason": "调离"},
    "close_account": {"reason": "调离"},
}
# Which row a door's table is asked about: of a card or session, whose it is.
ROWS = {"post": Post, "me": SignedIn, "cards": Account, "sessions": Account, "accounts": Account}
OF_SESSION = ("me", "sessions")


def name_every_place(session: Session) -> None:
    """All of `posts.PLACES`, as the other services tell them."""
    sealed, county = seal(session, Name(name="徐勇")), PLACES[ScopeKind.COUNTY][0]
    divisions = [(county, Level.COUNTY, None)]
    divisions += [(code, Level.TOWNSHIP, county) for code in PLACES[ScopeKind.TOWNSHIP]]
    divisions += [(code, Level.VILLAGE, f"{code[:9]}000") for code in PLACES[ScopeKind.VILLAGE]]
    groups = [place.split("/") for place in PLACES[ScopeKind.GROUP]]
    events = (
        *(
            DivisionNamed(division=code, level=level, name=code, parent=above)
            for code, level, above in divisions
        ),
        *(GroupNamed(village=village, group=group, sealed=sealed) for village, group in groups),
        *(UnitNamed(unit=code, name=code) for code in PLACES[ScopeKind.UNIT]),
        *(
            HelperNamed(helper=code, unit=code[:4], sealed=sealed)
            for code in PLACES[ScopeKind.HELPER]
        ),
        *(
            TeamNamed(team=code, name=code, townships=(), sealed=sealed)
            for code in PLACES[ScopeKind.TEAM]
        ),
        *(DepartmentNamed(department=code, name=code) for code in PLACES[ScopeKind.DEPARTMENT]),
    )
    directory.heard.keep(session, *events)


@pytest.fixture
def people(access_sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Everybody of `posts`, each signed in and with a card; and one post of each kind that waits
    for its second person.
    """
    with access_sessions.begin() as session:
        name_every_place(session)
        for who in (*OWN, *OTHERS):
            accounts.install_account(session, who, now=NOW)
            sessions.open_session(session, who.account, who.account, Kind.PHONE, NOW)
            session.add(
                Card(
                    id=who.account,
                    account=who.account,
                    state=CardState.PROPOSED,
                    made_at=NOW,
                    proposed_by="second",
                )
            )
        opened(session, Role.TOWNSHIP_HEAD, PLACES[ScopeKind.TOWNSHIP][0], actor=ADMIN)
    return access_sessions


@pytest.fixture
def app(people, client, clock) -> Iterator[FastAPI]:
    """Its doors do what they do and take it back."""
    clock.set(NOW)
    shared = client("access").app

    def taken_back() -> Iterator[Session]:
        with people() as session:
            yield session
            session.flush()
            session.rollback()

    shared.dependency_overrides[transaction] = taken_back
    yield shared
    shared.dependency_overrides.clear()


def of_rows(app: FastAPI) -> list[Door]:
    ours = {id(action) for policy in TABLES for action in policy.values()}
    return [one for one in doors(app.routes) if id(one.action) in ours and "{" in one.path]


def session_of(session: Session, account: str) -> SignedIn:
    return session.exec(select(SignedIn).where(SignedIn.account == account)).one()


def row_of(session: Session, door: Door, account: str) -> Account | Post | SignedIn:
    if door.name == "add_post":  # is asked of the post that it would be
        village, _, _ = BODIES["add_post"]["place"].partition("/")
        return Post(account=account, above=village, proposed_by="", **BODIES["add_post"])
    model = ROWS[door.path.split("/")[2]]
    if model is SignedIn:
        return session_of(session, account)
    return session.get_one(model, account)


def judged_by_table(door: Door, actor: Actor, row: object) -> bool:
    assert door.action
    return any(
        actor.role in one.roles and one.to.holds(actor, row) for one in door.action.allowances
    )


def ask(app: FastAPI, actor: Actor, door: Door, key: str) -> int:
    browser = TestClient(
        app,
        headers=acquainted(app).headers(actor),
        raise_server_exceptions=False,
        follow_redirects=False,
    )
    path = door.path.format(code=key, id=key)
    return browser.request(door.method, path, data=BODIES.get(door.name)).status_code


def test_nobody_reads_or_changes_an_account_that_is_not_his_to_keep(app, people, judged):
    """(post × own, neighbour's and foreign person × door): refused is 403 or 404 and changes
    nothing; who is allowed is not refused.
    """
    wrong = []
    for door in of_rows(app):
        for account in PEOPLE:
            with people() as session:
                row = row_of(session, door, account)
                of_session = door.path.split("/")[2] in OF_SESSION
                key = session_of(session, account).id if of_session else account
                allowed = {who: judged_by_table(door, who, row) for who in OWN}
            for who, may in allowed.items():
                if account != PEOPLE[0] and who.role not in door.roles:
                    continue  # was refused already, whoever it is about
                status = ask(app, who, door, key)
                if may == (status in (403, 404)) or status >= 500:
                    wrong.append((door.method, door.path, who.account, account, may, status))
    assert wrong == []
    with people() as session:
        untouched = session.execute(text("SELECT count(*) FROM post WHERE state <> 'active'"))
        assert untouched.scalar_one() == 1  # the one that waited from the beginning


def test_the_tables_open_no_account_to_a_stranger(app, people, judged):
    for door in doors(app.routes):
        for who in OWN:
            if who.role in door.roles and "{kind}" not in door.path:
                with people() as session:
                    mine = session.exec(
                        select(SignedIn.id).where(SignedIn.account == who.account)
                    ).one()
                own = (
                    who.account if "sessions" not in door.path and "/me/" not in door.path else mine
                )
                ask(app, who, door, own)
    with people() as session:
        assert list(disagreements(session, service.Table, judged)) == []
    elsewhere = {
        "accounts_file",  # the rows of `accounts`, whose allowances are the very same
        "card_sheet",  # the empty form; its people are judged by `hand_out_cards`
        "my_sign_ins",  # a query for the own account alone
    }
    assert {one.partition(" ")[0] for one in unasked(TABLES, judged)} == elsewhere
