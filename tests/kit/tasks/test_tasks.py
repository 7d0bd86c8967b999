"""A feature says its tasks, the service answers them as JSON, a page shows them."""

from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from sqlalchemy import text

from kit.app import make_app, templates
from kit.clock import SimulatedClock
from kit.seal import Keyring
from kit.tasks import Task, merge
from schemas.codes import Role
from tests.conftest import COUNTY, actor, at
from tests.helpers.acquainted import acquainted
from tests.kit import toy

TODAY = date(2026, 9, 1)


def test_the_earliest_due_comes_first_and_what_has_no_day_last():
    first, urgent = (
        Task("a", "/a", date(2026, 9, 1)),
        Task("z", "/z", date(2026, 9, 2), urgent=True),
    )
    later, never = Task("b", "/b", date(2026, 9, 2)), Task("c", "/c")
    assert merge([[never, later], [], [urgent, first]]) == [first, urgent, later, never]


@pytest.fixture
def ask(sessions, clock: SimulatedClock, keyring: Keyring):
    """`ask(actor)`: what the toy service answers; its tasks are what it has tallied."""

    def things(session, who, on):
        rows = session.execute(text("SELECT thing, number FROM tally ORDER BY id"))
        return [Task(row.thing, f"/toy/{row.thing}", on, count=row.number) for row in rows]

    def of_clerks(session, who, on):
        return [Task("签发", "/toy/sign", kind="sign")] if who.role is Role.COUNTY_CLERK else []

    service = replace(toy.SERVICE, tasks=[of_clerks, things])
    app = make_app(service, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY)
    browser = TestClient(app)

    def get(who=None):
        headers = acquainted(app).headers(who) if who else {}
        return browser.get("/toy/api/tasks", headers=headers)

    return get


def test_a_service_answers_what_is_open_for_whoever_asks(sessions, ask):
    with sessions.begin() as session:
        session.add(toy.Tally(thing="数一数", number=3))
    assert ask().status_code == 401
    assert ask(actor(Role.COUNTY_LEADER)).json() == [
        {
            "title": "数一数",
            "href": "/toy/数一数",
            "due": "2026-09-01",
            "note": "",
            "kind": "",
            "count": 3,
            "urgent": False,
            "provisional": False,
            "objects": [],
        }
    ]
    answer = ask(actor(Role.COUNTY_CLERK))
    tasks = TypeAdapter(list[Task]).validate_json(answer.content)
    assert [task.title for task in tasks] == ["数一数", "签发"]


def test_a_page_shows_late_urgent_and_provisional(tmp_path):
    (tmp_path / "page.html").write_text(
        '{% import "tasks.html" as t %}{{ t.tasks(list, today) }}', encoding="utf-8"
    )
    show = templates(tmp_path).get_template("page.html").render
    late = Task("催报", "/x?a=1&b=2", at(2026, 8, 31).date(), "还没有报", count=2, urgent=True)
    far = Task("<b>", "/y", date(2029, 1, 4), provisional=True)
    page = show(list=[late, far], today=TODAY)
    for words in ("催报", "紧急", "共2件", "还没有报", "2026年8月31日前，已过期", "/x?a=1&amp;b=2"):
        assert words in page, words
    assert "2029年1月4日前（暂定）" in page
    assert "&lt;b&gt;" in page
    assert "现在没有要办的事" in show(list=[], today=TODAY)
