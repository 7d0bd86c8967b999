"""The front page: open tasks of all services in one list, whoever does not answer is named."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from backstop import worklist as asking
from backstop.application import Application
from backstop.engines import Engines, drop_database
from backstop.installation import Installation
from backstop.portal import Portal
from backstop.services import NAMES, every_service
from backstop.shell import HOME
from backstop.worklist import worklist
from kit.actor import Actor
from kit.clock import SimulatedClock
from kit.tasks import Task
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.codes import Role
from tests.conftest import actor, at
from tests.helpers.acquainted import acquainted

CLERK = actor(Role.COUNTY_CLERK)
WORKING = [name for name in NAMES if name != "access"]  # whose first page is the tasks


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: who answers is heard."""
    monkeypatch.setattr(asking, "PATIENCE", 120)


@pytest.fixture(scope="module")
def open_house(
    engines: Engines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Application]]:
    """`open_house(village=[tasks])`: databases and doors of all services, with other tasks."""
    installation = Installation(tmp_path_factory.mktemp("house"), fast=True)
    vars(installation)["engines"] = engines
    prefix, made = f"w{secrets.token_hex(4)}.", []

    def make(**tasks) -> Application:
        services = [
            replace(service, tasks=tasks.get(service.name, service.tasks))
            for service in every_service()
        ]
        clock = SimulatedClock(at(2026, 9, 1))
        application = Application(
            installation, clock=clock, every=None, prefix=prefix, services=services, as_admin=True
        )
        application.prepare()
        made.append(application)
        return application

    yield make
    for application in made:
        application.dispose()
    for service in every_service():
        drop_database(engines.postgres, prefix.replace(".", "_") + service.name)


def browser(application: Application, who: Actor) -> TestClient:
    headers = acquainted(*application.apps.values()).headers(who)
    return TestClient(Portal(application), headers=headers, follow_redirects=False)


def says(*tasks: Task):
    return [lambda session, who, on: list(tasks)]


def test_the_tasks_of_all_services_stand_in_one_list_by_due_date(open_house):
    application = open_house(
        village=says(Task("报名单", "/village/a", date(2026, 9, 20))),
        unit=says(),
        county=says(Task("定结论", "/county/b", date(2026, 9, 3)), Task("看一看", "/county/c")),
        dispatch=says(Task("签收", "/dispatch/d", date(2026, 8, 31), urgent=True)),
    )
    page = browser(application, CLERK).get("/")
    assert page.status_code == 200
    titles = ["签收", "定结论", "报名单", "看一看"]
    places = [page.text.index(f">{title}</a>") for title in titles]
    assert places == sorted(places)
    assert "暂时没有回应" not in page.text


def test_a_service_that_fails_is_named_and_the_others_are_shown(open_house):
    def broken(session, who, on):
        raise RuntimeError("broken")

    application = open_house(
        village=says(Task("报名单", "/village/a")), unit=says(), county=says(), dispatch=[broken]
    )
    page = browser(application, CLERK).get("/").text
    assert "发点球暂时没有回应，它的待办没有列出" in page
    assert "报名单" in page
    application.apps["village"].state.service = replace(
        application.apps["village"].state.service, tasks=[broken]
    )
    page = browser(application, CLERK).get("/").text
    assert "村级摸排暂时没有回应" in page
    assert "现在没有要办的事" not in page  # nobody knows


@pytest.mark.parametrize("service", WORKING)
def test_f_09_a_services_first_page_shows_its_own_of_the_one_list_and_counts_the_rest(
    open_house, service
):
    def broken(session, who, on):
        raise RuntimeError("broken")

    def both(name: str) -> list[Task]:
        return [
            Task(f"{name}后办", f"/{name}/b", date(2026, 9, 20), count=3),
            Task(f"{name}先办", f"/{name}/a", date(2026, 8, 20), urgent=True, provisional=True),
        ]

    application = open_house(**{name: says(*both(name)) for name in WORKING})
    office = browser(application, CLERK)
    page, merged = office.get(f"/{service}/").text, office.get("/").text
    for text in (page, merged):
        first, later = text.index(f"{service}先办"), text.index(f"{service}后办")
        assert first < later
        assert "紧急" in text[first:later]
        assert "2026年8月20日前（暂定），已过期" in text[first:later]
        assert "共3件" in text[later:]
    assert '<a href="/">其他版块还有8件要办的事，看全部待办</a>' in page
    others = [name for name in WORKING if name != service]
    assert not any(f"{name}先办" in page for name in others)
    apps = application.apps
    apps[others[0]].state.service = replace(apps[others[0]].state.service, tasks=[broken])
    page = office.get(f"/{service}/").text
    assert f"{apps[others[0]].state.service.title}暂时没有回应，它的待办没有列出" in page
    assert "其他版块还有6件要办的事" in page


def test_a_service_that_hangs_is_not_waited_for(open_house):
    go_on = threading.Event()

    def hangs(session, who, on):
        go_on.wait(120)
        return []

    application = open_house(
        village=says(Task("报名单", "/village/a")), unit=[hangs], county=says(), dispatch=says()
    )

    async def look():
        try:
            return await worklist(application, application.accounts.signs(CLERK), patience=1)
        finally:
            go_on.set()

    found = asyncio.run(look())
    assert "帮扶单位" in found.silent  # and the list was there before it answered


def test_everybody_begins_here_but_whoever_has_one_page(open_house):
    application = open_house()
    places = {
        ScopeKind.COUNTY: "990121000000",
        ScopeKind.TOWNSHIP: "990121100000",
        ScopeKind.VILLAGE: "990121100201",
        ScopeKind.GROUP: "990121100201/01",
        ScopeKind.UNIT: "U001",
        ScopeKind.HELPER: "U001-02",
        ScopeKind.TEAM: "D1",
        ScopeKind.DEPARTMENT: "housing",
    }
    for role, kind in KIND_OF.items():
        mine = browser(application, actor(role, places[kind]))
        for service in application.services:
            assert mine.get(f"/{service.name}/api/tasks").status_code == 200, (role, service.name)
        answer = mine.get("/")
        if role in HOME:
            assert (answer.status_code, answer.headers["location"]) == (303, HOME[role])
        else:
            assert answer.status_code == 200, role
            assert "暂时没有回应" not in answer.text


def test_who_is_not_signed_in_is_led_to_the_door(open_house):
    answer = TestClient(Portal(open_house()), follow_redirects=False).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
