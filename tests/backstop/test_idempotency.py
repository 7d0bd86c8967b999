"""G-11: the same act sent again is done once, at every door, whoever sends it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from backstop.services import NAMES, every_service
from kit.audit.entry import READING
from kit.web.depends import transaction
from kit.web.idempotency import FIELD, FORM
from kit.web.pages import TEMPLATES
from schemas.codes import Role
from services.county.months import commands as county_months
from services.unit.months import commands as unit_months
from services.village.months import commands as village_months
from tests.conftest import actor
from tests.helpers.waiting import eventually
from tests.kit.test_audit_doors import acted

OFFICE, TEAMS = actor(Role.COUNTY_CLERK), "/county/api/teams"
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
MEETING = {"month": "2026-09"}
BEFORE = "2026-08"  # no month that `acted` opens


def team(code: str = "D1") -> list[dict]:
    return [{"code": code, "name": "第一组", "townships": ["990121100000"]}]


@pytest.fixture
def rows(sessions_of):
    def count(table: str) -> int:
        with sessions_of("county").begin() as session:
            return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()

    return count


def test_g_11_the_same_key_gets_the_first_answer_and_changes_nothing(client, rows):
    office = client("county", OFFICE)
    first = office.post("/county/api/meetings", json=MEETING, headers=KEY)
    assert first.status_code == 201, first.text
    before = [rows(table) for table in ("audit", "outbox", "meeting")]
    again = office.post("/county/api/meetings", json=MEETING, headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert [rows(table) for table in ("audit", "outbox", "meeting")] == before


def test_g_11_twenty_presses_at_once_are_one_act(client, rows):
    office = client("county", OFFICE)
    page = office.get("/county/meetings").text
    key = re.search(rf'name="{FIELD}" value="([^"]+)"', page)
    assert key, page

    def press(_: int) -> tuple[int, str]:
        answer = client("county", OFFICE).post("/county/meetings", data=MEETING | {FIELD: key[1]})
        return answer.status_code, answer.headers.get("location", "")

    with ThreadPoolExecutor(4) as pool:  # a database of a test's has two connections
        answers = set(pool.map(press, range(20)))
    assert len(answers) == 1
    assert answers.pop()[0] == 303
    assert rows("meeting") == 1


def test_g_11_the_same_key_with_something_else_in_it_is_refused(client, rows):
    office = client("county", OFFICE)
    assert office.post(TEAMS, json=team(), headers=KEY).status_code < 300
    for path, body in ((TEAMS, team("D2")), ("/county/api/meetings", MEETING)):
        answer = office.post(path, json=body, headers=KEY)
        assert answer.status_code == 422
        assert "已经提交过一次，这次的内容不一样" in answer.json()["detail"]
    assert rows("team") == 1


def test_g_11_a_key_is_one_accounts_own_and_lasts_a_day(client, clock, rows):
    other = actor(Role.COUNTY_CLERK, name="另一人")
    other = type(other)("county-clerk-2", other.name, other.role, other.place)
    assert client("county", OFFICE).post(TEAMS, json=team(), headers=KEY).status_code < 300
    assert client("county", other).post(TEAMS, json=team("D2"), headers=KEY).status_code < 300
    clock.set(clock() + timedelta(hours=25))
    assert client("county", OFFICE).post(TEAMS, json=team("D3"), headers=KEY).status_code < 300
    assert rows("idempotency") == 1  # what is older is forgotten


def test_g_11_a_refusal_is_no_answer_to_keep(client, rows):
    office = client("county", OFFICE)
    early = office.post("/county/api/months", json={"month": "2031-01"}, headers=KEY)
    assert early.status_code == 422, early.text
    assert rows("idempotency") == 0
    assert office.post(TEAMS, json=team(), headers=KEY).status_code < 300


@pytest.mark.parametrize("key", ["一二三", "a b", "x" * 256])
def test_g_11_a_key_that_is_none_is_refused(client, key):
    headers = {"Idempotency-Key": key.encode()}
    answer = client("county", OFFICE).post(TEAMS, json=team(), headers=headers)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_g_11_without_a_key_everything_is_as_before(client, rows):
    office = client("county", OFFICE)
    assert office.post(TEAMS, json=team()).status_code < 300
    assert office.post(TEAMS, json=team()).status_code < 300
    assert rows("idempotency") == 0


# Signing in and out: nobody is there yet whose key it could be, a wrong attempt counts although it is
# refused, and each of them sent twice ends as sent once.
WITHOUT = {
    "access": {
        "/access/api/tokens",
        "/access/cards/{secret}",
        "/access/password",
        "/access/posts",
        "/access/setup",
        "/access/sign-in",
        "/access/sign-out",
    }
}


@pytest.mark.parametrize("name", NAMES)
def test_g_11_every_door_that_changes_something_goes_through_the_one_transaction(client, name):
    """So no door has to think of it."""
    without = {
        context.path
        for context in iter_route_contexts(list(client(name).app.routes))
        if (context.methods or set()) - set(READING)
        and transaction not in calls(context.original_route.dependant)
    }
    assert without == WITHOUT.get(name, set())


def calls(dependant) -> set:
    return {dependant.call}.union(*map(calls, dependant.dependencies))


def test_g_11_every_form_that_is_posted_carries_a_key():

    folders = [TEMPLATES, *(folder for service in every_service() for folder in service.templates)]
    posted = 0
    for path in (path for folder in folders for path in folder.glob("*.html")):
        source = path.read_text(encoding="utf-8")
        posts = source.count('method="post"')
        assert len(FORM.findall(source)) == posts, path
        posted += posts
    assert posted > 25


@pytest.mark.parametrize(
    "opening", [village_months.open_month, unit_months.open_month, county_months.open_month]
)
def test_g_11_a_month_opened_by_two_at_once_is_opened_once(client, sessions_of, opening):
    """As two imports of one morning do: the second waits, and finds it open."""
    name = opening.__module__.split(".")[1]
    acted(client, name)
    with sessions_of(name)() as first, ThreadPoolExecutor(1) as pool:
        opened = opening(first, BEFORE, on=date(2026, 9, 1))
        first.flush()
        door, body = f"/{name}/api/months", {"month": BEFORE}
        second = pool.submit(client(name, OFFICE).post, door, json=body)
        eventually(lambda: waits_for_a_lock(sessions_of(name)))
        first.commit()
        answer = second.result(60)
    assert answer.status_code in (200, 201), answer.text
    if opened:
        assert answer.json()["month"] == BEFORE


def waits_for_a_lock(sessions) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with sessions() as session:
        session.execute(text("SET LOCAL ROLE NONE"))  # a service sees nothing of other sessions
        return bool(session.execute(text(asked)).scalar_one())
