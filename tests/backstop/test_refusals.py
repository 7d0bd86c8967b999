"""What a door says when it will not: in Chinese, to pages and programs alike, and it writes
nothing.
"""

import json
import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import create_engine

from backstop.portal import imports, sign_in
from backstop.services import NAMES, every_service
from kit.database.sessions import make_sessions
from kit.forms import unlabelled
from kit.network import Network
from kit.web import own_form
from kit.web.openapi import ACT, READ, REFUSAL
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.posts import post

CLERK = actor(Role.COUNTY_CLERK)


def routes(router: APIRouter) -> Iterator[APIRoute]:
    for one in router.routes:
        if (inner := getattr(one, "original_router", None)) is not None:
            yield from routes(inner)
        elif isinstance(one, APIRoute):
            yield one


def test_every_field_that_can_be_wrong_has_a_label_of_its_own():
    doors = [
        *(router for service in every_service() for router in service.routers),
        *(part.router for part in (imports, sign_in)),
        sign_in.demo,
    ]
    assert {
        (route.path, name)
        for router in doors
        for route in routes(router)
        for name in unlabelled(route)
    } == set()


def test_a_wrong_address_is_called_an_address(client):
    answer = client("county", CLERK).get("/county/api/bulletins/2026-13")
    assert answer.json()["detail"] == (
        "网页地址：月份“2026-13”写法不对，请写成2026-09这样的格式。请改正后再提交。"
    )


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/village/api/group-reports", {}, "村没有填；组别没有填；月份没有填。请改正后再提交。"),
        (
            "/county/api/months",
            {"month": "2026-13"},
            "月份“2026-13”写法不对，请写成2026-09这样的格式。请改正后再提交。",
        ),
        (
            "/county/api/cases/x/visits",
            {"on": "明天", "visitors": "甲"},
            "入户日期要写成2026-09-18这样。请改正后再提交。",
        ),
        (
            "/county/api/cases/x/visits",
            {"on": "9999-12-31", "visitors": "甲"},
            "入户日期：日期“9999-12-31”的年份不对，请核对。请改正后再提交。",
        ),
        (
            "/county/api/cases/x/decision",
            {"decision": "verified", "primary_cause": "生病"},
            "主要原因没有这个选项。请改正后再提交。",
        ),
    ],
)
def test_what_is_wrong_is_said_in_chinese(client, path, body, said):
    answer = client(path.split("/")[1], CLERK).post(path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["detail"] == said


@pytest.mark.parametrize("month", ["x", "2026-13"])
@pytest.mark.parametrize(
    "page", ["/county/months/{}", "/county/months/{}/export", "/county/?month={}"]
)
def test_a_month_that_is_none(client, page, month):
    answer = client("county", CLERK).get(page.format(month))
    assert answer.status_code == 422
    assert "请写成2026-09这样的格式" in answer.text


def test_what_the_database_cannot_keep_is_the_senders_to_mend(client):
    office = client("county", CLERK)
    assert office.get("/county/search", params={"q": "\0"}).status_code == 422
    broken = {
        "village": "\0",
        "head_name": "甲",
        "category": "MARGINAL",
        "persons": 3,
        "identified_on": "2024-03-01",
    }
    answer = office.post("/county/api/monitored-households", json=[broken])
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    answer = office.post(
        "/county/api/monitored-households",
        json=[broken | {"village": "990121100201", "persons": 10**20}],
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/village/api/groups", [{"village": "HALF", "group": "01", "leader": "HALF"}]),
        ("/village/api/group-reports/withdrawals", {"village": "HALF", "group": "01"}),
        ("/unit/api/lists", {"unit": "HALF"}),
        ("/county/api/meetings", {"HALF": 1, "place": "HALF"}),
        ("/dispatch/api/departments", {"departments": [{"code": "HALF", "name": "HALF"}]}),
    ],
)
def test_g_12_half_a_character_is_the_senders_to_mend(client, path, body):
    """JSON may send one half of a surrogate pair: neither a database nor an answer can hold it."""
    given = body | {"month": "2026-09"} if isinstance(body, dict) else body
    content = json.dumps(given).replace("HALF", "\\ud800")
    answer = client(path.split("/")[1], CLERK).post(
        path, content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (403, 404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_page_and_an_unknown_verb_are_told_in_chinese(client):
    office = client("county", CLERK)
    assert "没有这个页面" in office.get("/county/nowhere").text
    assert office.get("/county/api/nowhere").json()["detail"].startswith("没有这个页面")
    assert office.get("/county/sources/x/attachment").status_code == 405


def test_a_text_longer_than_a_form_may_carry_is_told_in_chinese(client):
    answer = client("county", CLERK).post(
        "/county/meetings", files={"month": (None, "2" * 2_000_000)}
    )
    assert (answer.status_code, "超过1MB" in answer.text) == (413, True)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_another_site_cannot_press_a_button_here(client, origin):
    answer = client("county", CLERK).post(
        "/county/meetings", data={"month": "2026-09"}, headers={"origin": origin}
    )
    assert answer.status_code == 403
    assert "别的网站" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},  # a browser that hides the origin still says so
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},  # a neighbour under the same domain
        {"origin": "https://evil.example", "x-forwarded-host": "evil.example"},
    ],
)
def test_what_a_browser_or_a_stranger_says_of_the_site_makes_no_form_ours(client, headers):
    office = client("county", CLERK)
    answer = office.post("/county/meetings", data={"month": "2026-09"}, headers=headers)
    assert answer.status_code == 403
    assert "别的网站" in answer.text
    assert office.get("/county/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "https://desk.example"},  # a proxy that asks under another name
    ],
)
def test_our_own_pages_and_programs_can(client, headers):
    office = client("county", CLERK)
    office.app.state.network = Network(address="https://desk.example")
    answer = office.post("/county/meetings", data={"month": "2026-09"}, headers=headers)
    assert answer.status_code in (303, 409, 422)


@pytest.mark.parametrize("name", NAMES)
def test_the_search_box_leads_to_a_page(client, name):
    for role in KIND_OF:
        browser = client(name, post(role))
        home = browser.get(f"/{name}/nowhere").text  # the shell stands around every page
        offered = re.search(r'<form class="find" action="([^"]+)"', home)
        assert not offered or browser.get(f"{offered[1]}?q=张").status_code == 200, role


def test_an_address_with_a_slash_too_many_leads_nowhere(client):
    """A redirect would be answered before a door has asked who is there, to whatever host the
    request names.
    """
    for service in every_service():
        browser = client(service.name, CLERK)
        name = service.name
        for path in (f"/{name}", f"/{name}/audit/", f"/{name}/api/openapi.json/"):
            answer = browser.get(path, headers={"host": "evil.example"}, follow_redirects=False)
            assert (answer.status_code, "location" in answer.headers) == (404, False), path


def test_every_door_that_changes_something_looks_where_it_came_from(client):
    for service in every_service():
        app = client(service.name, CLERK).app
        assert own_form in {one.dependency for one in app.router.dependencies}


@pytest.mark.parametrize("path", ["/county/", "/county/nowhere"])
def test_a_page_is_kept_by_nobody_and_shown_in_no_frame(client, path):
    headers = client("county", CLERK).get(path).headers
    assert headers["cache-control"] == "private, no-cache"
    assert (headers["x-frame-options"], headers["referrer-policy"]) == ("DENY", "same-origin")


def test_an_error_of_ours_tells_nobody_what_others_wrote(client, sessions_of, caplog):
    with sessions_of("county").begin() as session, pytest.raises(Exception) as raised:  # noqa: PT011
        session.connection().exec_driver_sql(
            "SELECT 1 / %(number)s, %(name)s", {"number": 0, "name": "张三丰"}
        )
    assert "张三丰" not in str(raised.value)


def test_when_all_connections_are_at_work_it_is_said(client, sessions_of, keyring):
    office = client("county", CLERK)
    url = sessions_of("county").kw["bind"].url
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    office.app.state.sessions = make_sessions(engine, keyring, COUNTY)
    with engine.connect():
        answer = office.get("/county/api/cases")
    engine.dispose()
    assert (answer.status_code, answer.json()["title"]) == (503, "暂时不能办理")


@pytest.mark.parametrize("name", NAMES)
def test_each_door_names_its_refusals_with_their_model(client, name):
    description = client(name, CLERK).app.openapi()
    assert "HTTPValidationError" not in description["components"]["schemas"]
    for path, doors in description["paths"].items():
        for method, door in doors.items():
            named = {int(status) for status in door["responses"] if int(status) >= 400}
            assert named == set(READ if method == "get" else ACT), (method, path)
            for status in named:
                (kind,) = door["responses"][str(status)]["content"].items()
                assert kind == ("application/problem+json", {"schema": REFUSAL}), (method, path)
            keyed = [part["name"] for part in door.get("parameters", []) if part["in"] == "header"]
            assert ("Idempotency-Key" in keyed) == (method != "get"), (method, path)
