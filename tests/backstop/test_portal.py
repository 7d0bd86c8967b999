"""The front door: what stands around its pages for whom, and what it asks."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from backstop.services import NAMES, titles
from backstop.shell import HOME, USEFUL
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from services.access.roles import KEEPS
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import told

Browser = Callable[[Role], TestClient]
POSTS = "access/forms/posts"
PLACES = {  # the others are the county's
    Role.VILLAGE_CLERK: "990121100201",
    Role.UNIT_CLERK: "U001",
    Role.SUPERVISOR: "D1",
    Role.DEPARTMENT_CLERK: "housing",
}


@pytest.fixture
def front(tmp_path: Path) -> Front:
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    return Front(installation, "http://proxy.invalid")


@pytest.fixture
def browser(front: Front) -> Browser:
    app = make_front(front)

    def make(role: Role) -> TestClient:
        acting = actor(role, PLACES.get(role, COUNTY))
        headers = told(front, acting)
        return TestClient(app, headers=headers, follow_redirects=False)

    return make


def test_the_navigation_names_services_that_there_are():
    assert {name for useful in USEFUL.values() for name in useful} <= set(NAMES)
    assert set(USEFUL) <= set(KIND_OF)
    assert {home.split("/")[1] for home in HOME.values()} <= set(NAMES)


@pytest.mark.parametrize("role", list(KIND_OF))
def test_the_head_of_a_page_leads_where_the_role_has_something_to_do(browser: Browser, role: Role):
    page = browser(role).get("/imports").text  # a refusal has the same head
    useful = USEFUL.get(role, NAMES)
    for name, title in titles().items():
        shown = f'<a href="/{name}/">{title}</a>' in page
        assert shown == (name in useful and len(useful) > 1), name
    for path in ("/unit/organisation", "/dispatch/departments"):
        assert (f'href="{path}"' in page) == (role is Role.ADMINISTRATOR)
    assert ('href="/access/accounts"' in page) == (role in KEEPS)
    assert 'href="/access/me"' in page


@pytest.mark.parametrize(
    ("role", "forms"),
    [
        (Role.VILLAGE_CLERK, {"village/forms/village-list", "village/forms/data-findings", POSTS}),
        (
            Role.UNIT_CLERK,
            {"unit/forms/visits", "unit/forms/units", "unit/forms/assignments", POSTS},
        ),
        (Role.SUPERVISOR, {"county/forms/supervision"}),
        (Role.DEPARTMENT_CLERK, {"dispatch/forms/replies"}),
        (Role.COUNTY_LEADER, set()),
    ],
)
def test_f_33_the_import_page_offers_the_forms_that_the_role_hands_in(browser, role, forms):
    page = browser(role).get("/imports").text
    assert set(re.findall(r'href="/(\w+/forms/[\w-]+)\.xlsx', page)) == forms
    assert ("filled=true" in page) == bool(forms)


def test_f_33_the_administrator_is_offered_no_form_of_households(browser):
    page = browser(Role.ADMINISTRATOR).get("/imports").text
    offered = set(re.findall(r'href="/(\w+/forms/[\w-]+)\.xlsx\?[^"]*filled=true', page))
    assert {"village/forms/divisions", "village/forms/groups", "unit/forms/units"} <= offered
    blank = {"village/forms/households", "unit/forms/assignments", "county/forms/monitored"}
    assert not offered & blank
    assert not any(f'href="/{form}.xlsx' in page for form in blank)  # they are the office's


def test_f_70_what_became_of_an_import_stands_before_the_next_form(browser, monkeypatch):
    """On a phone it lay a whole page below the form that had been sent."""

    async def at_once(self: Front, timeout: float = 60, *, auth: object = None) -> None:
        """There are no services behind this front door."""

    monkeypatch.setattr(Front, "settle", at_once)
    answer = browser(Role.VILLAGE_CLERK).post(
        "/imports", data={"month": "2026-09"}, files={"files": ("名单.xlsx", b"nothing")}
    )
    assert answer.status_code == 200, answer.text
    assert answer.text.index("没有导入") < answer.text.index('action="/imports"')


def test_what_an_import_lacks_is_called_as_the_page_calls_it(browser: Browser):
    office = browser(Role.COUNTY_CLERK)
    assert office.post("/front/api/imports").json()["detail"] == (
        "月份没有填；文件没有填。请改正后再提交。"
    )
    late = {"month": "2026-09", "received_on": "2026-09-20"}
    answer = office.post("/imports", data=late, files={"files": ("a.xlsx", b"")})
    assert "补录要写明原因" in answer.text


def test_nobody_chooses_who_he_is_but_in_a_demo(front: Front, tmp_path: Path):
    chosen = {"account": "nobody"}
    assert TestClient(make_front(front)).post("/demo/sign-in", data=chosen).status_code == 404
    demo = Front(Installation(tmp_path / "demo", fast=True, demo=True), "http://proxy.invalid")
    answer = TestClient(make_front(demo)).post("/demo/sign-in", data=chosen)
    assert "没有这个演示身份" in answer.text
