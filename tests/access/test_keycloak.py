"""Sign-in by a real identity provider: Keycloak, through the form that it shows a person."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from backstop.engines.errors import EngineError
from kit.access import Signer
from kit.clock import system_clock
from kit.web import cookies
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts.forms import AccountForm
from services.access.cards import commands as cards
from services.access.oidc import Provider
from services.access.sessions import queries as sessions
from services.access.sessions.rules import Kind
from tests.access.conftest import ADMIN, COUNTY, SECOND, TOWNSHIP
from tests.conftest import missing
from tests.helpers.acquainted import KEYS
from tests.helpers.keycloak import CLIENT, SECRET, Keycloak

BACK_TO = "http://testserver:80/access/provider/answer"


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory) -> Iterator[Keycloak]:
    try:
        made = Keycloak(tmp_path_factory.mktemp("keycloak"), BACK_TO)
    except EngineError as error:
        missing(f"Keycloak cannot be fetched: {error}")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def desk(client, places, keycloak, clock):
    """`desk()`: another browser at access; today is the provider's today."""
    clock.set(system_clock())
    places.kw["info"]["signer"] = Signer(lambda: KEYS, lambda: COUNTY)
    app = client("access").app
    app.state.provider = Provider(keycloak.issuer, CLIENT, SECRET)
    yield lambda: client("access")
    app.state.provider = None
    del places.kw["info"]["signer"]


@pytest.fixture
def head(desk, places) -> tuple[str, TestClient]:
    """A township's head, and the browser in which he used his card."""
    now = system_clock()
    with places.begin() as session:
        form = AccountForm(name="赵镇长", role=Role.TOWNSHIP_HEAD, place=TOWNSHIP)
        account = accounts.open_account(session, form, actor=ADMIN, now=now).code
        (post,) = accounts.queries.posts_of(session, account)
        accounts.confirm(session, post.id, actor=SECOND, now=now)
        card, _ = cards.hand_out_card(session, account, actor=ADMIN, now=now)
        _, secret = cards.confirm_card(session, card.id, actor=SECOND, now=now)
    browser = desk()
    browser.post(f"/access/cards/{secret}")
    return account, browser


def sent(browser: TestClient, keycloak: Keycloak, query: str = "", **who: str) -> str:
    """To the provider, through its form, and the address at which the browser arrives here."""
    away = browser.get(f"/access/provider{query}")
    assert away.status_code == 303
    back = keycloak.signed_in(away.headers["location"], **who)
    assert back.status_code == 302, back.text
    parts = urlsplit(back.headers["location"])
    return f"{parts.path}?{parts.query}"


def test_a_person_is_bound_once_and_then_signs_in_by_keycloak_alone(desk, keycloak, head, places):
    account, first = head
    arrived = first.get(sent(first, keycloak, "?bind=true"))
    assert arrived.headers["location"] == "/", arrived.text
    browser = desk()
    arrived = browser.get(sent(browser, keycloak, "?back=/county/"))
    assert arrived.headers["location"] == "/county/"
    assert browser.cookies.get(cookies.TOKEN)
    with places() as session:
        kinds = {row.kind for row in sessions.open_of(session, account, system_clock())}
        assert Kind.PROVIDER in kinds
        deeds = session.execute(text("SELECT deed FROM audit WHERE account = :a"), {"a": account})
        assert {"use_card", "bind_identity", "sign_in"} <= set(deeds.scalars())


def test_whom_keycloak_knows_and_nobody_bound_is_refused(desk, keycloak, head):
    _, first = head
    first.get(sent(first, keycloak, "?bind=true"))
    stranger = desk()
    refused = stranger.get(sent(stranger, keycloak, user="wu-shi"))
    assert refused.status_code == 422
    assert "还没有和本系统的账号绑定" in refused.text
    assert not stranger.cookies.get(cookies.SESSION)


def test_a_wrong_password_stays_at_keycloak(desk, keycloak):
    away = desk().get("/access/provider")
    form = keycloak.signed_in(away.headers["location"], password="wrong-password-7")
    assert form.status_code == 200
    assert "kc-form-login" in form.text


def test_keycloak_takes_no_code_without_its_verifier_or_a_second_time(desk, keycloak, head):
    browser = desk()
    answer = sent(browser, keycloak)
    code = parse_qs(urlsplit(answer).query)["code"][0]
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK_TO}
    token = f"{keycloak.issuer}/protocol/openid-connect/token"
    for verifier in ({}, {"code_verifier": "x" * 43}):
        stolen = httpx.post(token, data=asked | verifier, auth=(CLIENT, SECRET), timeout=60)
        assert stolen.status_code == 400
    assert browser.get(answer).status_code == 422  # the code is used up


def test_an_answer_of_yesterday_is_refused(desk, keycloak, head, clock):
    _, first = head
    answer = sent(first, keycloak, "?bind=true")
    clock.set(
        system_clock() + timedelta(minutes=9)
    )  # the token's minute is over, the question is not
    refused = first.get(answer)
    assert refused.status_code == 422
    assert "答复不对" in refused.text
