"""What is taken back at access is refused at every service within five seconds, by its events on
Kafka; also when access is down afterwards. Each service is a process of its own here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import httpx
import pytest
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.cli.databases import sessions_of
from backstop.people import Accounts
from backstop.service_process import SIGNS
from backstop.services import service_named
from kit.actor import SYSTEM, Actor
from kit.clock import system_clock
from kit.web import cookies
from schemas.codes import Role
from services.access.accounts.commands import close_account, take_back_post
from services.access.sessions import commands as sessions
from services.access.sessions import queries
from tests.conftest import COUNTY
from tests.helpers.town import Town
from tests.helpers.waiting import eventually

ASKED = ("village", "county")
AT_ONCE = 5.0  # seconds
WAYS = ("session", "post", "account")


@pytest.fixture(scope="module")
def town(own_engines, tmp_path_factory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("town") / "home", COUNTY)
    made.settings["BACKSTOP_ADDRESS"] = made.address(SIGNS)
    try:
        made.lay_out()
        for name in (SIGNS, *ASKED):
            made.start(name)
        for name in (SIGNS, *ASKED):
            eventually(lambda name=name: made.ready(name))
        yield made
    finally:
        made.close()


@contextmanager
def at_access(town: Town) -> Iterator[sessionmaker[Session]]:
    with sessions_of(service_named(SIGNS), town.home) as factory:
        yield factory


def person(account: str) -> Actor:
    return Actor(account, "某人", Role.COUNTY_CLERK, COUNTY)


def sign_in(town: Town, account: str) -> dict[str, str]:
    """His browser's cookies."""
    with at_access(town) as factory:
        accounts = Accounts(factory, town.installation.signer, system_clock)
        secret, token = accounts.open(person(account))
    return {cookies.TOKEN: token, cookies.SESSION: secret}


def statuses(town: Town, jar: dict[str, str]) -> list[int]:
    pairs = "; ".join(f"{name}={value}" for name, value in jar.items())
    asked = (f"{town.address(name)}/{name}/api/me" for name in ASKED)
    return [httpx.get(one, headers={"cookie": pairs}, timeout=30).status_code for one in asked]


def take_back(way: str, session: Session, account: str, secret: str) -> None:
    now = system_clock()
    if way == "session":
        row = queries.living(session, secret, now)
        assert row
        sessions.end(session, [row], by=account, now=now)
    elif way == "post":
        take_back_post(session, account, reason="调离", actor=SYSTEM)
    else:
        close_account(session, account, reason="调离", actor=SYSTEM, now=now)


def test_what_is_taken_back_is_refused_everywhere_within_five_seconds(town: Town):
    stays = sign_in(town, "stays")
    gone = {way: sign_in(town, f"by-{way}") for way in WAYS}
    for jar in (stays, *gone.values()):
        eventually(lambda jar=jar: statuses(town, jar) == [200, 200])
    for way, jar in gone.items():
        with at_access(town) as factory, factory.begin() as session:
            take_back(way, session, f"by-{way}", jar[cookies.SESSION])
        begun = monotonic()
        eventually(lambda jar=jar: statuses(town, jar) == [401, 401])
        assert monotonic() - begun < AT_ONCE, way
    assert statuses(town, stays) == [200, 200]
    new = sign_in(town, "new")
    town.kill(SIGNS)
    known_go_on_and_nobody_new_gets_in(town, stays, gone, new)


def known_go_on_and_nobody_new_gets_in(
    town: Town, stays: dict[str, str], gone: dict[str, dict[str, str]], new: dict[str, str]
) -> None:
    assert statuses(town, stays) == [200, 200]
    for jar in gone.values():
        assert statuses(town, jar) in ([401, 401], [503, 503])
        assert statuses(town, {cookies.TOKEN: jar[cookies.TOKEN]}) == [401, 401]
    only_secret = {cookies.SESSION: new[cookies.SESSION]}
    assert statuses(town, only_secret) == [503, 503]
