"""What waits for a second person: many are confirmed at once, and a missing second person is named."""

import re

import pytest
from sqlalchemy import text

from backstop.cli.serving import warn_of
from kit.network import Network, is_here_alone
from schemas.codes import Role
from services.access.accounts import queries
from services.access.accounts.commands import install_account
from services.access.accounts.rules import State
from services.access.cards import commands as cards
from tests.access.conftest import (
    ADMIN,
    FAR,
    LEADER,
    NOW,
    OFFICE,
    ON,
    SECOND,
    TOWN,
    TOWNSHIP,
    VILLAGE,
    opened,
    who,
)
from tests.access.test_sheets import ROWS, take


def install(session, actor) -> None:
    """This actor has an account and signs in by himself."""
    install_account(session, actor, now=NOW, came_from="试用")


@pytest.fixture
def proposed(places) -> list[str]:
    """Three posts of a workbook, which wait."""
    take(places, ROWS)
    with places() as session:
        return [post.id for post in queries.waiting(session, TOWN)]


def test_marked_posts_are_confirmed_at_once_and_one_that_fails_stops_no_other(
    client, places, proposed
):
    with places.begin() as session:
        far = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=OFFICE, name="赵镇长").code
        (foreign,) = queries.posts_of(session, far)
    clerk = client("access", TOWN)
    ids = [proposed[0], foreign.id, "no-such-post", proposed[1]]
    shown = clerk.post("/access/waiting/posts", data={"ids": ids}).text
    assert "确认2个" in shown
    assert "另有2个不归您确认，没有办理" in shown
    assert "赵镇长" not in shown  # nor who it is
    assert shown.count("已确认") == 2
    assert f"/access/post/{proposed[2]}/confirm" in shown  # it still waits
    with places() as session:
        states = [queries.post(session, id).state for id in (*proposed, foreign.id)]
        assert states == [State.ACTIVE, State.ACTIVE, State.PROPOSED, State.PROPOSED]
        kinds = [tuple(row) for row in session.execute(text("SELECT kind, deed FROM audit"))]
        assert ("refused", "confirm_post") in kinds
        assert ("act", "confirm_posts") in kinds


def test_all_rows_are_marked_with_one_tap_and_none_marked_is_a_sentence(client, places, proposed):
    clerk = client("access", TOWN)
    assert " checked" not in clerk.get("/access/waiting").text
    every = clerk.get("/access/waiting?all=true").text
    assert set(re.findall(r'name="ids" value="([^"]+)"[^>]* checked', every)) == set(proposed)
    none = clerk.post("/access/waiting/posts", data={})
    assert (none.status_code, "还没有选中岗位" in none.text) == (422, True)


def test_marked_cards_come_on_one_page_to_print(client, places):
    with places.begin() as session:
        for name, place in (("赵镇长", TOWNSHIP), ("钱镇长", FAR[:9] + "000")):
            person = opened(
                session, Role.TOWNSHIP_HEAD, place, name=name, actor=ADMIN, confirmed_by=SECOND
            )
            card, _ = cards.hand_out_card(session, person.code, actor=ADMIN, now=NOW)
            assert card.secret_hash is None
    second = client("access", SECOND)
    ids = re.findall(r'name="ids" value="([^"]+)"', second.get("/access/waiting").text)
    sheet = second.post("/access/waiting/cards", data={"ids": [*ids, "no-such-card"]})
    assert sheet.headers["cache-control"] == "no-store"
    assert sheet.text.count("<svg") == 2
    assert "1张没有办成" in sheet.text
    assert "设密码、开通动态码" in sheet.text  # what happens to who signs


def test_a_missing_second_person_is_said_with_what_to_do(client, places):
    first = who(Role.ADMINISTRATOR, account="first")
    with places.begin() as session:
        install(session, first)
        person = opened(session, Role.COUNTY_LEADER, first.place, actor=first, name="冯县长").code
    alone = client("access", first)
    for path in (f"/access/accounts/{person}", "/access/waiting"):
        assert f"backstop accounts confirm {person}" in alone.get(path).text, path
    with places.begin() as session:
        install(session, SECOND)
    for path in (f"/access/accounts/{person}", "/access/waiting"):
        assert "backstop accounts confirm" not in alone.get(path).text, path


def test_a_card_that_nobody_else_may_confirm_says_so(client, places):
    first = who(Role.ADMINISTRATOR, account="first")
    with places.begin() as session:
        install(session, first)
        person = opened(
            session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=first, name="赵镇长", confirmed_by=SECOND
        ).code
        cards.hand_out_card(session, person, actor=first, now=NOW)
    page = client("access", first).get(f"/access/accounts/{person}").text
    assert f"backstop accounts link {person}" in page
    with places.begin() as session:
        install(session, LEADER)
    page = client("access", first).get(f"/access/accounts/{person}").text
    assert "backstop accounts link" not in page


def test_the_servers_own_clerk_is_no_second_person(places):
    with places.begin() as session:
        install_account(session, who(Role.COUNTY_CLERK, account="command-line"), now=NOW)
        person = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=OFFICE, name="赵镇长")
        posts = queries.posts_of(session, person.code)
        assert len(queries.nobody_confirms(session, posts, ON)) == 1


def test_cards_that_no_phone_reaches_say_so(client, places, monkeypatch):
    with places.begin() as session:
        opened(session, Role.GROUP_LEADER, f"{VILLAGE}/01")
    desk = client("access", TOWN)
    asked = {"role": "GROUP_LEADER", "place": TOWNSHIP}
    monkeypatch.setitem(desk.app.state._state, "network", Network("http://127.0.0.1:8000"))
    for answer in (desk.get("/access/card-sheet"), desk.post("/access/card-sheet", data=asked)):
        assert "请把BACKSTOP_PUBLIC_ADDRESS设为手机能打开的网址" in answer.text
    monkeypatch.setitem(desk.app.state._state, "network", Network("https://backstop.example"))
    answer = desk.post("/access/card-sheet", data=asked)
    assert "BACKSTOP_PUBLIC_ADDRESS" not in answer.text
    assert "河湾镇石桥村01组" in answer.text
    assert "2026年9月1日制，2026年10月1日前有效" in answer.text


@pytest.mark.parametrize(
    ("address", "alone"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://10.1.2.3:8000", False),
        ("https://backstop.example", False),
    ],
)
def test_a_command_warns_of_a_link_that_only_this_machine_opens(address, alone, capsys):
    assert is_here_alone(address) is alone
    warn_of(address)
    assert ("BACKSTOP_PUBLIC_ADDRESS" in capsys.readouterr().err) is alone
