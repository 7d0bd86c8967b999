"""Signing in as people do it: with a card on a phone, with a password at a desk; and how it is
refused.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session, select

from kit.access import Signer
from kit.errors import Forbidden
from kit.messaging.outbox import emitted
from kit.web import cookies
from schemas.access import SessionEnded
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts import queries as account_queries
from services.access.accounts.forms import PostForm
from services.access.cards import commands as cards
from services.access.cards.models import Card
from services.access.passwords import commands as passwords
from services.access.passwords import rules as password_rules
from services.access.sessions import queries as sessions
from services.access.sessions.models import SignedIn
from services.access.sessions.rules import Kind
from tests.access.conftest import (
    ADMIN,
    COUNTY,
    GROUP,
    NOW,
    OFFICE,
    SECOND,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    VILLAGER,
    opened,
    who,
)
from tests.helpers.acquainted import KEYS

PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0"}
GOOD = "柳絮飞过石拱桥头"
PASSWORD = "shan-lu-wan-wan-7"


@pytest.fixture
def signing(places):
    """Access with the key that signs."""
    places.kw["info"]["signer"] = Signer(lambda: KEYS, lambda: COUNTY)
    yield places
    del places.kw["info"]["signer"]


@pytest.fixture
def leader(signing) -> str:
    with signing.begin() as session:
        return opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER).code


def card_of(signing, account: str, *, actor=VILLAGER) -> str:
    with signing.begin() as session:
        card, secret = cards.hand_out_card(session, account, actor=actor, now=NOW)
        if secret is None:
            _, secret = cards.confirm_card(session, card.id, actor=SECOND, now=NOW)
        return f"/access/cards/{secret}"


def audited(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(text("SELECT kind, deed, account FROM audit ORDER BY id"))
    return [tuple(row) for row in rows]


def test_from_the_code_to_the_first_page_is_one_tap_and_a_preview_uses_nothing_up(
    client, signing, leader
):
    address, phone = card_of(signing, leader), client("access")
    for _ in range(3):  # a messenger looks at it first
        assert "进入" in client("access").get(address).text
    tapped = phone.post(address, headers=PHONE)
    assert (tapped.status_code, tapped.headers["location"]) == (303, "/")
    assert phone.cookies.get(cookies.TOKEN)
    assert phone.cookies.get(cookies.SESSION)
    with signing() as session:
        (row,) = session.exec(select(SignedIn))
        assert (row.account, row.kind, row.device) == (leader, Kind.PHONE, "安卓，微信里")
        assert ("act", "use_card", leader) in audited(session)
    assert phone.get(address).headers["location"] == "/"  # the link again, on the same phone


def test_a_card_binds_the_first_phone_and_says_who_gives_a_new_one(client, signing, leader):
    address = card_of(signing, leader)
    client("access").post(address)
    second = client("access")
    for answer in (second.get(address), second.post(address)):
        assert answer.status_code == 403
        assert "已经在一部手机上用过" in answer.text
        assert "请村文书重新发一张" in answer.text
    assert not second.cookies
    with signing() as session:
        assert audited(session)[-1] == ("refused", "use_card", leader)


def test_of_two_phones_at_once_one_comes_in(client, signing, leader):
    address = card_of(signing, leader)
    browsers = [client("access") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda browser: browser.post(address).status_code, browsers))
    assert sorted(answers) == [303, 403, 403, 403, 403, 403]


def test_cards_that_are_wrong_withdrawn_or_old_open_nothing(client, signing, leader, clock):
    stranger = client("access")
    assert "这张登录卡不对" in stranger.post("/access/cards/nothing").text
    old = card_of(signing, leader)
    card_of(signing, leader)  # a new one: the one before is dead
    assert "已作废" in stranger.post(old).text
    address = card_of(signing, leader)
    clock.set(NOW + timedelta(days=31))
    assert "已过期" in stranger.post(address).text
    with signing() as session:
        assert session.exec(select(SignedIn)).all() == []
        kinds = [kind for kind, deed, _ in audited(session) if deed == "use_card"]
        assert kinds == ["refused"] * 3


def test_secrets_stand_nowhere_in_the_database(client, signing, leader):
    address = card_of(signing, leader)
    phone = client("access")
    phone.post(address)
    secrets = {address.rpartition("/")[2], phone.cookies.get(cookies.SESSION)}
    with signing() as session:
        tables = session.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        for table in tables:
            rows = session.execute(text(f'SELECT to_jsonb(t)::text FROM "{table}" t')).scalars()
            assert not [row for row in rows for secret in secrets if secret in row], table


def test_f_41_sign_out_ends_the_session_and_asks_on_a_phone(client, signing, leader):
    phone = client("access")
    phone.post(card_of(signing, leader))
    secret = phone.cookies.get(cookies.SESSION)
    assert "请村文书重新发一张卡" in phone.get("/access/sign-out").text
    assert phone.post("/access/sign-out").headers["location"] == "/access/sign-in"
    assert not phone.cookies.get(cookies.SESSION)
    assert not phone.cookies.get(cookies.TOKEN)
    asked = client("access").post("/access/api/tokens", json={"session": secret})
    assert asked.status_code == 404
    with signing() as session:
        assert [event.account for event in emitted(session) if isinstance(event, SessionEnded)]


def test_services_get_a_token_for_the_secret_and_the_public_keys(client, signing, leader):
    phone = client("access")
    phone.post(card_of(signing, leader))
    body = {"session": phone.cookies.get(cookies.SESSION)}
    answer = client("access").post("/access/api/tokens", json=body)
    assert answer.json()["token"].count(".") == 2
    (key,) = client("access").get("/access/api/keys").json()["keys"]
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    assert "d" not in key


def test_whoever_has_several_posts_chooses_one_and_changes_it(client, signing, leader):
    with signing.begin() as session:
        form = PostForm(role=Role.VILLAGE_CLERK, place=VILLAGE)
        clerk = accounts.add_post(session, leader, form, actor=OFFICE, now=NOW)
    phone = client("access")
    tapped = phone.post(card_of(signing, leader, actor=ADMIN))
    assert tapped.headers["location"].startswith("/access/posts")
    assert not phone.cookies.get(cookies.TOKEN)
    shown = phone.get("/access/posts").text
    assert "村民小组长（石桥村01组）" in shown
    assert "村文书（河湾镇石桥村）" in shown
    chosen = phone.post("/access/posts", data={"post": clerk.id, "back": "/village/"})
    assert chosen.headers["location"] == "/village/"
    assert phone.cookies.get(cookies.TOKEN)
    refused = phone.post("/access/posts", data={"post": "none"})
    assert refused.status_code == 409
    outside = phone.post("/access/posts", data={"post": clerk.id, "back": "//evil.example"})
    assert outside.status_code == 422


def with_password(signing, role=Role.UNIT_CLERK, place="U001") -> str:
    with signing.begin() as session:
        account = opened(session, role, place, name="陈经办").code
        passwords.set_password(session, account, "陈经办", passwords.made(PASSWORD), NOW)
        return account


def typed(browser: TestClient, password: str = PASSWORD, **more):
    form = {"login": "陈经办", "password": password} | more
    return browser.post("/access/sign-in", data=form)


def test_an_office_signs_in_with_name_and_password(client, signing):
    account, desk = with_password(signing), client("access")
    answer = typed(desk, back="/unit/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/unit/")
    assert desk.cookies.get(cookies.TOKEN)
    with signing() as session:
        assert audited(session)[-1] == ("act", "sign_in", account)


def test_200_wrong_passwords_are_refused_and_audited_and_nobody_else_waits(client, signing, clock):
    account = with_password(signing)
    own, thief = client("access"), client("access")
    typed(own)
    mark = own.cookies[cookies.DEVICE]
    own.post("/access/sign-out")
    assert dict(own.cookies) == {cookies.DEVICE: mark}  # which lets nobody in
    assert own.get("/access/me").status_code == 303
    statuses = [typed(thief, f"wrong-password-{number}").status_code for number in range(200)]
    assert set(statuses) == {422, 429}
    assert statuses.count(422) == password_rules.FREE  # the others are not even hashed
    with signing() as session:
        rows = [row for row in audited(session) if row == ("refused", "sign_in", account)]
        assert len(rows) == 200
        every = " ".join(session.execute(text("SELECT to_jsonb(a)::text FROM audit a")).scalars())
        assert "wrong-password" not in every
    assert typed(thief).status_code == 429  # also with the right one, from there
    assert typed(own).status_code == 303  # in a browser in which he has been, and signed out
    with signing() as session:
        assert {row.mark_hash for row in session.exec(select(SignedIn))} == {sessions.hashed(mark)}
    clock.set(NOW + password_rules.MOST)
    thief.cookies.set(cookies.DEVICE, "made-up")
    assert typed(thief).status_code == 303


def test_a_name_that_nobody_has_is_refused_like_a_wrong_password(client, signing):
    with_password(signing)
    browser = client("access")
    unknown = browser.post("/access/sign-in", data={"login": "无此人", "password": PASSWORD})
    wrong = typed(browser, "wrong-password-1")
    assert (unknown.status_code, wrong.status_code) == (422, 422)
    sentence = re.compile(r"登录名、密码或动态码不对。")
    assert sentence.search(unknown.text)
    assert sentence.search(wrong.text)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "至少12个字"),
        ("aaaaaaaaaaaa", "重复"),
        ("123456789012", "太常见"),
        ("abcdefghijkl", "太常见"),
        ("Password1234", "太常见"),
        ("陈经办的密码是2026年", "不要有自己的姓名"),
        ("x16000000012x", "手机号"),
    ],
)
def test_weak_passwords_are_told_why(password, why):
    assert why in password_rules.why_weak(password, "陈经办", "16000000012")
    assert password_rules.why_weak(PASSWORD, "陈经办") == ""
    assert password_rules.why_weak(GOOD + "三里长堤", "陈经办") == ""


def test_the_wait_grows_and_ends():
    waits = [password_rules.wait(count).total_seconds() for count in range(1, 20)]
    assert waits[:2] == [0, 0]
    assert waits == sorted(waits)
    assert waits[-1] == password_rules.MOST.total_seconds()


def head(signing) -> tuple[str, str]:
    """A township's head with a card that two people made."""
    with signing.begin() as session:
        account = opened(
            session, Role.TOWNSHIP_HEAD, TOWNSHIP, name="赵镇长", confirmed_by=SECOND
        ).code
        card, secret = cards.hand_out_card(session, account, actor=ADMIN, now=NOW)
        assert secret is None
        _, secret = cards.confirm_card(session, card.id, actor=SECOND, now=NOW)
        return account, f"/access/cards/{secret}"


def set_up(browser: TestClient, clock, **more):
    page = browser.get("/access/setup").text
    secret = re.search(r'<code class="user-select-all">(\w+)</code>', page)[1]
    code = pyotp.TOTP(secret).at(clock())
    form = {"login": "赵镇长", "password": PASSWORD, "again": PASSWORD, "code": code} | more
    return pyotp.TOTP(secret), browser.post("/access/setup", data=form)


def test_who_signs_sets_a_password_and_codes_before_anything_else(client, signing, clock):
    account, address = head(signing)
    desk = client("access")
    assert desk.post(address).headers["location"] == "/access/setup"
    assert not desk.cookies.get(cookies.TOKEN)
    assert desk.get("/access/sign-in").headers["location"] == "/access/setup"
    assert set_up(desk, clock, code="000000")[1].status_code == 422
    assert set_up(desk, clock, again="another-one-7")[1].status_code == 422
    totp, done = set_up(desk, clock)
    assert done.status_code == 200
    recovery = re.findall(r"<code>([A-Z2-7-]{19})</code>", done.text)
    assert len(recovery) == 8
    assert desk.cookies.get(cookies.TOKEN)

    clock.set(NOW + timedelta(minutes=5))
    other, login = client("access"), {"login": "赵镇长", "password": PASSWORD}
    without = other.post("/access/sign-in", data=login)
    assert "请填写验证器上的6位动态码" in without.text
    right = {"code": totp.at(clock())}
    assert other.post("/access/sign-in", data=login | right).status_code == 303
    again = client("access")
    assert again.post("/access/sign-in", data=login | right).status_code == 422  # each once
    paper = {"code": recovery[0].lower()}
    assert again.post("/access/sign-in", data=login | paper).status_code == 303
    assert client("access").post("/access/sign-in", data=login | paper).status_code == 422
    with signing() as session:
        assert account in {row[2] for row in audited(session) if row[1] == "set_up"}


def test_codes_fit_a_step_before_and_after_and_no_further(client, signing, clock):
    _, address = head(signing)
    desk = client("access")
    desk.post(address)
    totp, _ = set_up(desk, clock)
    login = {"login": "赵镇长", "password": PASSWORD}
    for minutes, seconds, status in ((10, 30, 303), (20, -30, 303), (30, 90, 422), (40, -90, 422)):
        clock.set(NOW + timedelta(minutes=minutes))
        code = totp.at(clock() + timedelta(seconds=seconds))
        answer = client("access").post("/access/sign-in", data=login | {"code": code})
        assert answer.status_code == status, (minutes, seconds)


def test_a_new_card_replaces_a_lost_authenticator(client, signing, clock):
    account, address = head(signing)
    desk = client("access")
    desk.post(address)
    old, _ = set_up(desk, clock)
    clock.set(NOW + timedelta(hours=1))
    with signing.begin() as session:
        card, _ = cards.hand_out_card(session, account, actor=SECOND, now=clock())
        _, secret = cards.confirm_card(session, card.id, actor=ADMIN, now=clock())
    fresh = client("access")
    fresh.post(f"/access/cards/{secret}")
    new, done = set_up(fresh, clock)
    assert done.status_code == 200
    assert new.secret != old.secret


def test_one_person_in_a_browser_ends_the_other(client, signing, leader):
    with signing.begin() as session:
        other = opened(session, Role.HELPER, "U001-01", actor=UNIT, name="李帮扶").code
    phone = client("access")
    phone.post(card_of(signing, leader))
    phone.post(card_of(signing, other, actor=UNIT))
    with signing() as session:
        assert sessions.open_of(session, leader, NOW) == []
        assert len(sessions.open_of(session, other, NOW)) == 1


def test_the_choice_of_a_post_after_it_was_taken_back(client, signing, leader):
    phone = client("access")
    phone.post(card_of(signing, leader))
    with signing.begin() as session:
        (post,) = account_queries.posts_of(session, leader)
        accounts.take_back_post(session, post.id, reason="离任", actor=VILLAGER)
    assert "没有可用的岗位" in phone.get("/access/posts").text
    assert client("access").get("/access/posts").headers["location"] == "/access/sign-in"
    secret = phone.cookies.get(cookies.SESSION)
    assert client("access").post("/access/api/tokens", json={"session": secret}).status_code == 404


def test_a_card_of_a_signing_post_needs_two_and_neither_is_himself(signing):
    with signing.begin() as session:
        account = opened(session, Role.ADMINISTRATOR, COUNTY, confirmed_by=SECOND).code
        own = who(Role.ADMINISTRATOR, account=account)
        card, _ = cards.hand_out_card(session, account, actor=SECOND, now=NOW)
        for actor in (SECOND, own):
            with pytest.raises(Forbidden):
                cards.confirm_card(session, card.id, actor=actor, now=NOW)
        assert session.get(Card, card.id).secret_hash is None
