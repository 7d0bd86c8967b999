"""The administrator's first page says what to do first, and what is done of it."""

import re

from sqlmodel import select

from kit.sheets.sheet import FormAsked
from schemas.codes import Role
from services.access.accounts.documents import posts_form
from services.access.accounts.models import Post
from services.access.cards import commands as cards
from tests.access.conftest import (
    ADMIN,
    GROUP,
    NOW,
    OFFICE,
    ON,
    TOWN,
    UNIT,
    VILLAGER,
    name_places,
    opened,
)
from tests.access.test_sheets import ROWS, take


def done(client) -> list[str]:
    """Of the steps, in their order."""
    page = client("access", ADMIN).get("/access/accounts").text
    return re.findall(r"<li>.*?(已办|未办)", page.partition("开始使用")[2].partition("</ol>")[0])


def test_the_first_steps_are_ticked_off_one_by_one_and_go_away(client, access_sessions):
    assert done(client) == ["未办"] * 4
    with access_sessions.begin() as session:
        name_places(session)
    assert done(client) == ["已办", "未办", "未办", "未办"]
    take(access_sessions, ROWS)
    assert done(client) == ["已办", "已办", "未办", "未办"]
    clerk = client("access", TOWN)
    ids = re.findall(r'name="ids" value="([^"]+)"', clerk.get("/access/waiting").text)
    clerk.post("/access/waiting/posts", data={"ids": ids})
    assert done(client) == ["已办", "已办", "已办", "未办"]
    with access_sessions.begin() as session:
        cards.servers_card(session, session.exec(select(Post.account)).first(), now=NOW)
    assert done(client) == []


def test_only_the_administrator_is_told_the_first_steps(client, places):
    assert "开始使用" not in client("access", VILLAGER).get("/access/accounts").text


def test_a_filter_that_finds_nobody_says_so_and_leads_to_all(client, places):
    with places.begin() as session:
        opened(session, Role.GROUP_LEADER, GROUP)
    for actor in (ADMIN, OFFICE):
        desk = client("access", actor)
        page = desk.get("/access/accounts?q=无此人").text
        assert "还没有您管的账号" not in page
        assert "没有符合筛选条件的" in page
        assert '<a class="no-print" href="?">清除筛选，看全部</a>' in page
        assert "共1人" in desk.get("/access/accounts?page=1&sort=name").text


def test_a_workbook_without_rows_says_whose_posts_stand_in_it(places):
    with places.begin() as session:
        opened(session, Role.UNIT_CLERK, "U001", name="孙试")
    with places() as session:
        made = posts_form(session, FormAsked(UNIT, "2026-09", ON))
    assert made.rows == []
    assert "帮扶责任人可以由您登记" in made.note
    assert "由上一级登记" in made.note
    assert "例：赵试" in made.note
