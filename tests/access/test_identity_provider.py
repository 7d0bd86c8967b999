"""Sign-in by the county's identity provider, over real HTTP: bound once by whoever came with a card,
and refused whatever is not exactly as it was asked.
"""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import text

from kit.access import Signer
from kit.web import cookies
from schemas.codes import Role
from services.access.cards import commands as cards
from services.access.identity_provider.pages import STATE
from services.access.oidc import Provider
from services.access.sessions import queries as sessions
from services.access.sessions.rules import Kind
from tests.access.conftest import ADMIN, COUNTY, NOW, SECOND, TOWNSHIP, opened
from tests.helpers.acquainted import KEYS
from tests.helpers.issuer import CLIENT, SECRET, Issuer


@pytest.fixture
def issuer(clock):
    made = Issuer(clock)
    yield made
    made.stop()


@pytest.fixture
def desk(client, places, issuer):
    """`desk()`: another browser at access, which knows the provider."""
    places.kw["info"]["signer"] = Signer(lambda: KEYS, lambda: COUNTY)
    app = client("access").app
    app.state.provider = Provider(issuer.address, CLIENT, SECRET)
    yield lambda: client("access")
    app.state.provider = None
    del places.kw["info"]["signer"]


def sent(browser, query: str = "") -> str:
    """To the provider and back: the address at which the browser arrives here."""
    away = browser.get(f"/access/provider{query}")
    assert away.status_code == 303
    back = httpx.get(away.headers["location"]).headers["location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def bound(desk, places):
    """A township's head, whom two people gave a card and who bound himself with it."""
    with places.begin() as session:
        account = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, confirmed_by=SECOND).code
        card, _ = cards.hand_out_card(session, account, actor=ADMIN, now=NOW)
        _, secret = cards.confirm_card(session, card.id, actor=SECOND, now=NOW)
    browser = desk()
    browser.post(f"/access/cards/{secret}")
    assert "绑定统一身份认证" in browser.get("/access/setup").text
    arrived = browser.get(sent(browser, "?bind=true"))
    assert arrived.headers["location"] == "/"
    assert browser.cookies.get(cookies.TOKEN)
    return account


def test_who_is_bound_signs_in_with_the_provider_alone(desk, places, bound):
    browser = desk()
    arrived = browser.get(sent(browser, "?back=/county/"))
    assert arrived.headers["location"] == "/county/"
    assert browser.cookies.get(cookies.TOKEN)
    with places() as session:
        kinds = {row.kind for row in sessions.open_of(session, bound, NOW)}
        assert kinds == {Kind.PROVIDER}
        deeds = session.execute(text("SELECT deed FROM audit WHERE account = :a"), {"a": bound})
        assert {"use_card", "bind_identity", "sign_in"} <= set(deeds.scalars())


def test_who_is_not_bound_and_who_is_another_is_refused(desk, issuer, bound):
    issuer.user = "somebody else"
    browser = desk()
    refused = browser.get(sent(browser))
    assert refused.status_code == 422
    assert "还没有和本系统的账号绑定" in refused.text
    assert not browser.cookies.get(cookies.SESSION)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": int((NOW - timedelta(minutes=5)).timestamp())},
        {"iat": int((NOW + timedelta(minutes=5)).timestamp())},
        {"sub": ""},
        {"exp": "soon"},
    ],
)
def test_an_answer_that_is_not_as_it_was_asked_is_refused(desk, issuer, bound, wrong):
    issuer.wrong = wrong
    browser = desk()
    refused = browser.get(sent(browser))
    assert refused.status_code == 422
    assert "答复不对" in refused.text
    assert not browser.cookies.get(cookies.SESSION)


def test_a_token_of_another_key_is_refused_and_a_new_key_is_fetched(desk, issuer, bound):
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    browser = desk()
    assert browser.get(sent(browser)).status_code == 422
    issuer.key = issuer.signs_with  # rotated: published from now on
    assert browser.get(sent(browser)).status_code == 303


def test_an_answer_is_taken_once_by_the_browser_that_asked_and_in_time(desk, bound, clock, places):
    browser = desk()
    answer = sent(browser)
    thief = desk()
    assert thief.get(answer).status_code == 422  # another browser: no login by somebody's link
    thief.cookies.set(STATE, "x")
    assert thief.get(answer).status_code == 422
    assert browser.get(answer).status_code == 303
    state = parse_qs(urlsplit(answer).query)["state"][0]
    browser.cookies.set(STATE, state)
    assert browser.get(answer).status_code == 422
    late = desk()
    waiting = sent(late)
    clock.set(NOW + timedelta(minutes=11))
    assert late.get(waiting).status_code == 422
    with places() as session:
        kinds = session.execute(text("SELECT count(*) FROM audit WHERE kind = 'refused'"))
        assert kinds.scalar() == 4


def test_a_code_without_its_verifier_is_worth_nothing(desk, issuer, bound):
    browser = desk()
    answer = sent(browser)
    for asked in issuer.codes.values():
        asked["code_challenge"] = "another"
    assert browser.get(answer).status_code == 422


def test_without_a_provider_the_page_says_what_else_there_is(desk, client):
    client("access").app.state.provider = None
    assert client("access").get("/access/provider").status_code == 404
    assert "provider" not in client("access").get("/access/sign-in").text


def test_a_provider_that_is_away_is_said(desk, issuer):
    issuer.stop()
    refused = desk().get("/access/provider")
    assert refused.status_code == 422
    assert "连不上" in refused.text


def test_an_issuer_is_reached_by_https():
    with pytest.raises(ValueError, match="https"):
        Provider("http://issuer.example", CLIENT)
