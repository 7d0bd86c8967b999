"""Bad input at sign-in: floods and guesses from one address, a post withdrawn in the middle of a form."""

import asyncio

import pytest
from httpx import ASGITransport, AsyncClient

from kit.access import Signer, heard, people
from kit.messaging.outbox import emitted
from kit.rates import SIGN_IN, Buckets
from schemas.access import AccountChanged
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts import queries as account_queries
from services.access.front import pages
from services.access.one_time_codes.rules import needs_codes
from services.access.passwords import commands as passwords
from services.access.passwords import queries as password_queries
from services.access.roles import SIGNING
from tests.access.conftest import COUNTY, NOW, VILLAGER, opened
from tests.access.test_front import PASSWORD, audited, card_of, leader, signing
from tests.helpers.acquainted import KEYS

__all__ = ["leader", "signing"]


def office(signing, size: int) -> list[str]:
    """Sign-in names of so many people in one office, all with the same password."""
    hash, names = passwords.made(PASSWORD), [f"经办{number:02}" for number in range(size)]
    with signing.begin() as session:
        for name in names:
            account = opened(session, Role.UNIT_CLERK, "U001", name="陈经办").code
            passwords.set_password(session, account, name, hash, NOW)
    return names


def at_once(app, *typed_from: tuple[str, str, str]) -> list[int]:
    """Statuses of sign-ins that arrive together: (address, name, password) of each."""

    async def enter(address: str, login: str, password: str) -> int:
        transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
        async with AsyncClient(transport=transport, base_url="http://testserver") as browser:
            form = {"login": login, "password": password}
            return (await browser.post("/access/sign-in", data=form)).status_code

    async def together() -> list[int]:
        return await asyncio.gather(*(enter(*one) for one in typed_from))

    return asyncio.run(together())


def test_a_whole_office_behind_one_address_signs_in_at_once(client, signing):
    names, app = office(signing, 3 * pages.OF_ADDRESS), client("access").app
    assert set(at_once(app, *(("10.0.0.1", name, PASSWORD) for name in names))) == {303}


def test_a_flood_from_one_address_holds_up_nobody_elsewhere(client, signing, monkeypatch):
    monkeypatch.setattr(pages, "WAITING", 6)
    [name], app = office(signing, 1), client("access").app
    most = pages.OF_ADDRESS + pages.WAITING
    flood = [("10.0.0.1", f"无此人{number}", "wrong-password-1") for number in range(most + 20)]
    *flooded, own = at_once(app, *flood, ("10.0.0.2", name, PASSWORD))
    assert (flooded.count(429), flooded.count(422), own) == (20, most, 303)


def test_a_post_that_is_taken_back_in_the_middle_of_a_form_saves_nothing(client, signing, leader):
    phone = client("access")
    phone.post(card_of(signing, leader))
    hear_all(signing, client)
    assert "设置密码" in phone.get("/access/password").text  # he types, and meanwhile
    with signing.begin() as session:
        (post,) = account_queries.posts_of(session, leader)
        accounts.take_back_post(session, post.id, reason="离任", actor=VILLAGER)
    hear_all(signing, client)
    form = {"login": "王建国", "password": PASSWORD, "again": PASSWORD}
    answer = phone.post("/access/password", data=form)
    assert answer.status_code == 401, (answer.status_code, answer.text)
    with signing() as session:
        assert password_queries.of_account(session, leader) is None
        assert audited(session)[-1] == ("refused", "token", leader)


def hear_all(signing, client) -> None:
    """Access hears what it said itself, as its own handlers would."""
    with signing.begin() as session:
        said = emitted(session)
        heard.accounts_changed(session, [one for one in said if isinstance(one, AccountChanged)])
        heard.keys_published(session, Signer(lambda: KEYS, lambda: COUNTY).published())
    people.remembered(client("access").app.state.sessions).clear()


def test_a_mass_of_guessed_links_is_slowed_by_its_own_address_alone(client, signing, leader):
    address, app = card_of(signing, leader), client("access").app
    app.state.buckets = Buckets()
    guesses = [(f"/access/cards/guess-{number}", "10.0.0.9") for number in range(SIGN_IN.at_once)]
    statuses = tapped(app, *guesses)
    assert set(statuses) == {403}
    more = [(f"/access/cards/more-{number}", "10.0.0.9") for number in range(20)]
    *slowed, own = tapped(app, *more, (address, "10.0.0.10"))
    assert 429 in slowed
    assert own == 303
    app.state.buckets = Buckets()


def tapped(app, *links: tuple[str, str]) -> list[int]:
    """Statuses of links (path, from where) that are tapped one after the other."""

    async def every() -> list[int]:
        statuses = []
        for path, address in links:
            transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
            async with AsyncClient(transport=transport, base_url="http://testserver") as browser:
                statuses.append((await browser.post(path)).status_code)
        return statuses

    return asyncio.run(every())


@pytest.mark.parametrize("role", SIGNING)
def test_who_signs_or_sees_the_county_needs_codes_whatever_else_he_is(role):
    assert needs_codes([role, Role.GROUP_LEADER], SIGNING)
    assert not needs_codes([Role.GROUP_LEADER, Role.TOWNSHIP_CLERK], SIGNING)
