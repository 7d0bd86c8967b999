"""What stands on a card is what happens to this person: a phone is known, or a password and one-time
codes come first.
"""

from datetime import timedelta

import pytest

from schemas.codes import Role
from services.access.cards import commands as cards
from services.access.sessions import commands as sessions
from services.access.sessions.rules import Kind
from tests.access.conftest import ADMIN, COUNTY, GROUP, NOW, SECOND, TOWNSHIP, VILLAGER, opened
from tests.access.test_front import card_of, signing

__all__ = ["signing"]


def fresh(client, places, role, place) -> str:
    """The page of a card, as the second person or the keeper sees it once."""
    with places.begin() as session:
        person = opened(session, role, place, actor=ADMIN, confirmed_by=SECOND).code
        card, secret = cards.hand_out_card(session, person, actor=ADMIN, now=NOW)
    if secret:
        return client("access", ADMIN).post(f"/access/accounts/{person}/cards").text
    return client("access", SECOND).post(f"/access/cards/{card.id}/confirm").text


@pytest.mark.parametrize(
    ("role", "place", "says", "hides"),
    [
        (Role.GROUP_LEADER, GROUP, "不用填任何东西", ("密码", "动态码")),
        (Role.UNIT_CLERK, "U001", "设一个密码", ("动态码",)),
        (
            Role.TOWNSHIP_HEAD,
            TOWNSHIP,
            "1小时内设好密码、开通动态码",
            ("不用填任何东西", "一部手机"),
        ),
        (Role.COUNTY_CLERK, COUNTY, "设密码、开通动态码", ("不用填任何东西", "一部手机")),
    ],
)
def test_a_card_says_what_happens_when_it_is_used(client, places, role, place, says, hides):
    shown = fresh(client, places, role, place).partition("<main")[2]
    assert says in shown
    for word in hides:
        assert word not in shown
    assert "2026年10月1日前有效" in shown


def test_whoever_scans_is_told_before_he_taps(client, signing):
    with signing.begin() as session:
        head = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=ADMIN, confirmed_by=SECOND).code
        secret = cards.servers_card(session, head, now=NOW)
        leader = opened(session, Role.GROUP_LEADER, GROUP, name="李试").code
    page = client("access").get(f"/access/cards/{secret}").text
    assert "设好密码、开通动态码" in page
    assert "不用再登录" not in page
    assert "不用再登录" in client("access").get(card_of(signing, leader, actor=VILLAGER)).text


def test_a_phone_whose_session_is_over_is_told_where_a_card_comes_from(client, signing, clock):
    with signing.begin() as session:
        leader = opened(session, Role.GROUP_LEADER, GROUP).code
    phone = client("access")
    assert "这部手机的登录已过期" not in phone.get("/access/sign-in").text
    phone.post(card_of(signing, leader))
    clock.set(NOW + timedelta(days=91))
    page = phone.get("/access/sign-in").text
    assert "这部手机的登录已过期" in page
    assert "请村文书发一张" in page
    assert page.index("已过期") < page.index('name="password"')  # which stays within reach


def test_a_desk_that_signed_in_by_password_is_asked_for_it_again(client, signing):
    with signing.begin() as session:
        clerk = opened(session, Role.UNIT_CLERK, "U001").code
        secret = sessions.open_session(session, clerk, None, Kind.OFFICE, NOW)
        sessions.end(session, sessions.queries.open_of(session, clerk, NOW), by=clerk, now=NOW)
    desk = client("access")
    desk.cookies.set("backstop-session", secret)
    assert "已过期" not in desk.get("/access/sign-in").text
