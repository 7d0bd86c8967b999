"""The server's own command line: the first administrator, a second hand, the links of 0.1.0."""

import json

import pytest

from backstop.accounts_of_links import adopt_at_start, adopt_links
from backstop.service_process import refuse_demo
from kit.actor import Actor
from kit.errors import Conflict, Refused
from schemas.codes import Role
from services.access.accounts import commands, queries
from services.access.accounts.models import DEMO
from services.access.accounts.rules import State
from services.access.cards import commands as cards
from tests.access.conftest import ADMIN, COUNTY, GROUP, NOW, ON, SECOND, VILLAGE, VILLAGER


def test_the_first_administrator_comes_by_the_server_itself(access_sessions):
    first = Actor("administrator", "系统管理员", Role.ADMINISTRATOR, COUNTY)
    with access_sessions.begin() as session:  # no place is named yet
        for _ in range(2):
            commands.install_account(session, first, now=NOW)
        (post,) = queries.posts_on(session, first.account, ON)
        assert (post.role, post.place) == (Role.ADMINISTRATOR, COUNTY)
        assert cards.servers_card(session, first.account, now=NOW)


def test_a_demos_accounts_are_marked_and_open_nothing_outside_it(access_sessions):
    somebody = Actor("county-clerk", "周明远", Role.COUNTY_CLERK, COUNTY)
    with access_sessions.begin() as session:
        commands.install_account(session, ADMIN, now=NOW)
    refuse_demo(access_sessions)
    with access_sessions.begin() as session:
        commands.install_account(session, somebody, now=NOW, came_from=DEMO)
        assert queries.account(session, somebody.account).came_from == "演示"
    with pytest.raises(Refused, match="演示的账号，不能当正式安装用"):
        refuse_demo(access_sessions)


def old(
    role: str, place: str, *, account: str, name: str = "吴试", made: str = "2026-08-01"
) -> dict:
    return {
        "account": account,
        "name": name,
        "role": role,
        "place": place,
        "made_at": f"{made}T09:00:00+00:00",
        "used_at": None,
    }


@pytest.fixture
def links(tmp_path):
    path = tmp_path / "secrets" / "sign-in.json"
    path.parent.mkdir()
    entries = [
        old("GROUP_LEADER", GROUP, account="group_leader-1"),
        old("GROUP_LEADER", GROUP, account="group_leader-2", made="2026-08-05"),
        old("VILLAGE_CLERK", "", account="village_clerk-1", name="郑试"),
        old("TOWNSHIP_HEAD", COUNTY, account="township_head-1", name="王试"),
        old("VILLAGE_CLERK", "990121109209", account="village_clerk-2", name="冯试"),
        old("COUNTY_CLERK", COUNTY, account="county_clerk-1", name="陈试"),
        old("ADMINISTRATOR", "000000000000", account="administrator", name="系统管理员"),
    ]
    path.write_text(json.dumps({f"hash-{number}": one for number, one in enumerate(entries)}))
    return tmp_path


def test_g_02_old_links_become_proposed_accounts_and_blank_places_none(places, links):
    taken, refused = adopt_links(links, places, NOW)
    assert taken == 3
    assert [sentence.partition("（")[0] for sentence in refused] == ["郑试", "王试"]
    assert adopt_links(links, places, NOW)[0] == 0
    with places.begin() as session:
        leader = queries.account(session, "group_leader-2")  # the name that his rows carry
        assert leader.state is State.PROPOSED
        assert queries.posts_on(session, leader.code, ON) == []
        with pytest.raises(Conflict, match="还没有确认"):
            cards.hand_out_card(session, leader.code, actor=VILLAGER, now=NOW)
        with pytest.raises(Conflict, match="还没有确认"):  # nor by the server's command line
            cards.servers_card(session, leader.code, now=NOW)
        assert [post.account for post in queries.waiting(session, VILLAGER)] == [leader.code]
        (post,) = queries.posts_of(session, leader.code)
        commands.confirm(session, post.id, actor=VILLAGER, now=NOW)
        assert len(queries.posts_on(session, leader.code, ON)) == 1


def test_the_first_administrators_old_link_does_not_stand_before_the_servers_own(places, links):
    first = Actor("administrator", "系统管理员", Role.ADMINISTRATOR, COUNTY)
    adopt_links(links, places, NOW)
    with places.begin() as session:
        commands.install_account(session, first, now=NOW)
        assert cards.servers_card(session, first.account, now=NOW)


def test_an_old_link_to_a_place_that_is_not_there_is_never_confirmed(places, links):
    adopt_links(links, places, NOW)
    with places.begin() as session:
        (post,) = queries.posts_of(session, "village_clerk-2")
        for actor in (ADMIN, SECOND):
            with pytest.raises(Refused, match="没有代码为"):
                commands.confirm(session, post.id, actor=actor, now=NOW)
        assert post.place != VILLAGE


def test_an_upgrade_finds_the_old_links_by_itself_and_names_nobody(places, links, caplog):
    adopt_at_start(links, places, NOW)
    with places() as session:
        assert len(queries.waiting(session)) == 3
        assert queries.posts_on(session, "group_leader-2", ON) == []
    assert "3 links of 0.1.0 became proposed accounts" in caplog.text
    assert "2 links of 0.1.0 cannot" in caplog.text
    assert "试" not in caplog.text
    caplog.clear()
    adopt_at_start(links, places, NOW)  # the next start: nothing is new
    assert caplog.text == ""
