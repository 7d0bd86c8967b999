"""G-13: a real browser looks at our pages and reports whatever our own policy forbids there."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.async_api import Error, Page, async_playwright
from starlette.types import ASGIApp, Receive, Scope, Send

from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from backstop.services import NAMES
from backstop.shell import USEFUL
from kit.actor import Actor
from kit.policy.walk import doors
from kit.web.cookies import TOKEN
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import acquainted, told
from tests.helpers.served import served
from tests.kit.test_audit_doors import acted

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# The event comes to whoever listens before the page does.
LISTEN = """window.forbidden = [];
document.addEventListener('securitypolicyviolation',
    event => window.forbidden.push(event.violatedDirective + ' ' + event.blockedURI));"""
INLINE = """() => new Promise(done => {
    document.addEventListener('securitypolicyviolation', () => setTimeout(() => done(window.ran)));
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
})"""
VILLAGE = "990121100201"
PEOPLE = (
    actor(Role.COUNTY_CLERK),
    actor(Role.VILLAGE_CLERK, VILLAGE),
    actor(Role.GROUP_LEADER, f"{VILLAGE}/01"),
    actor(Role.TOWNSHIP_HEAD, "990121100000"),
    actor(Role.UNIT_CLERK, "U001"),
    actor(Role.HELPER, "U001-02"),
    actor(Role.SUPERVISOR, "D1"),
    actor(Role.DEPARTMENT_CLERK, "housing"),
    actor(Role.ADMINISTRATOR),
)


@pytest.fixture
def apps_by_name(client: Callable[..., TestClient], tmp_path: Path) -> dict[str, Any]:
    """All services and the front door; there is one household."""
    acted(client, "village")
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    front = make_front(Front(installation, "http://proxy.invalid"))
    return {name: client(name).app for name in NAMES} | {"front": front}


def token_of(apps: dict[str, Any], person: Actor) -> str:
    """With which every service and the front door know him."""
    services = [app for name, app in apps.items() if name != "front"]
    token = acquainted(*services).token(person)
    told(apps["front"].state.application, person, token)
    return token


@pytest.fixture
def house(apps_by_name: dict[str, Any]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        first = scope.get("path", "/").split("/")[1]
        await apps_by_name.get(first, apps_by_name["front"])(scope, receive, send)

    return app


def pages_of(apps: dict[str, Any], person: Actor) -> list[str]:
    """Every page that he may open by its address, filled in with what is his."""
    named = {"month": "2026-09", "village": VILLAGE, "code": person.place, "unit": person.place}
    useful = (*USEFUL.get(person.role, NAMES), "front")
    found = {
        re.sub(r"\{(\w+)\}", lambda one: named.get(one[1], "x"), door.path)
        for name in useful
        for door in doors(apps[name].routes)
        if door.method == "GET"
        and (door.action is None or person.role in door.roles)
        and not re.search(r"openapi|\.(xlsx|docx|zip|csv)|^/(static|health|metrics)", door.path)
        and ("/api/" not in door.path or door.path.endswith("/api/docs"))
        and "sign-out" not in door.path
    }
    return sorted(found)


async def look(page: Page, address: str) -> list[str]:
    """Open it; what the browser forbade there, or a script of ours that failed."""
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    try:
        answer = await page.goto(address)
    except Error as error:
        if "Download is starting" in error.message:  # a paper, which is no page
            return []
        raise
    assert answer is not None
    assert answer.status < 500, address
    assert answer.headers["content-security-policy"], address
    wrong: list[str] = await page.evaluate("window.forbidden")
    return [f"{address}: {one}" for one in wrong + failed]


def test_g_13_csp_a_browser_finds_nothing_forbidden_on_our_pages(apps_by_name, house, tool):
    chromium = tool("chromium")

    async def run() -> tuple[list[str], int]:
        wrong, seen = [], 0
        async with served(house) as port, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for person in PEOPLE:
                context = await browser.new_context()
                await context.add_init_script(LISTEN)
                token = token_of(apps_by_name, person)
                address = f"http://127.0.0.1:{port}"
                await context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
                for path in pages_of(apps_by_name, person):
                    page = await context.new_page()
                    try:
                        wrong += await look(page, address + path)
                        seen += 1
                    finally:
                        await page.close()
                await context.close()
            await browser.close()
        return wrong, seen

    wrong, seen = asyncio.run(run())
    assert wrong == []
    assert seen > 100


def test_g_13_csp_stops_a_script_that_somebody_got_into_a_page(house, apps_by_name, tool):
    """And what pages do by our own file goes on: going back, printing, a button that rests."""
    chromium = tool("chromium")

    async def run() -> None:
        async with served(house) as port, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = await browser.new_page()
            await page.add_init_script(LISTEN)
            address = f"http://127.0.0.1:{port}"
            token = token_of(apps_by_name, actor(Role.COUNTY_CLERK))
            await page.context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
            await page.goto(f"{address}/county/")
            assert await page.evaluate(INLINE) is None
            assert "script-src" in (await page.evaluate("window.forbidden"))[0]
            await page.goto(f"{address}/county/cases/none")
            await page.get_by_role("button", name="返回上一页").click()
            await page.wait_for_url(f"{address}/county/")
            await browser.close()

    asyncio.run(run())


def test_f_49_without_scripts_there_is_no_dead_button(house, apps_by_name, tool):
    chromium = tool("chromium")

    async def run() -> None:
        async with served(house) as port, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            context = await browser.new_context(java_script_enabled=False)
            address = f"http://127.0.0.1:{port}"
            token = token_of(apps_by_name, actor(Role.COUNTY_CLERK))
            await context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
            page = await context.new_page()
            await page.goto(f"{address}/county/cases/none")
            assert await page.get_by_role("link", name="回到首页").is_visible()
            assert not await page.locator("[data-back]").is_visible()
            await browser.close()

    asyncio.run(run())
