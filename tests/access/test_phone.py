"""From the printed card to the group leader's page, as a phone and an office's screen show it: in a
real browser, over the whole application.
"""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import zxingcpp
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from backstop.demo.driver import Driver
from kit.actor import Actor
from kit.web import cookies
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts.forms import AccountForm, PostForm
from services.access.cards import commands as cards
from tests.conftest import COUNTY, at
from tests.flow.conftest import SAMPLES, open_driver
from tests.helpers.served import served

__all__ = ["open_driver"]
TOWNSHIP, VILLAGE = "990121100000", "990121100201"
OFFICE = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
CLERK = Actor("town-clerk", "何专干", Role.TOWNSHIP_CLERK, TOWNSHIP)
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
WECHAT = "Mozilla/5.0 (Linux; Android 10; SM-A015F) AppleWebKit/537.36 MicroMessenger/8.0.40"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PREVIEW = {"user-agent": "Mozilla/5.0 (compatible; MicroMessenger link preview)"}
# A picture's pixels, as grey as a camera sees them: [width, height, base64 of a byte each].
PIXELS = """async png => {
    const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height), brush = canvas.getContext('2d');
    brush.drawImage(picture, 0, 0);
    const data = brush.getImageData(0, 0, picture.width, picture.height).data;
    let grey = '';
    for (let at = 0; at < data.length; at += 4)
        grey += String.fromCharCode((data[at] + data[at + 1] + data[at + 2]) / 3);
    return [picture.width, picture.height, btoa(grey)];
}"""
WIDTH = "document.documentElement.scrollWidth"


@dataclass
class House:
    """The application at an address, and a browser that looks at it."""

    driver: Driver
    browser: Browser
    address: str
    shots: Path

    async def phone(self) -> BrowserContext:
        return await self.browser.new_context(
            viewport=NARROW, device_scale_factor=2, is_mobile=True, has_touch=True,
            user_agent=WECHAT,
        )  # fmt: skip

    async def desk(self, actor: Actor, size: dict[str, int] = WIDE) -> BrowserContext:
        """A browser in which somebody is signed in."""
        own = self.driver.application.accounts
        secret, token = await asyncio.to_thread(own.open, actor)
        await self.driver.settle()
        context = await self.browser.new_context(viewport=size)
        pairs = ((cookies.SESSION, secret), (cookies.TOKEN, token))
        await context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in pairs]
        )
        return context

    async def shot(self, page: Page, name: str) -> None:
        """A picture to look at; nothing is wider than the screen."""
        await page.screenshot(path=self.shots / f"{name}.png", full_page=True)
        assert page.viewport_size
        assert await page.evaluate(WIDTH) <= page.viewport_size["width"], name


@pytest.fixture
def house(open_driver, tool, tmp_path):
    """`async with house() as house`: the organisation workbook is in, the clerk has an account."""
    chromium = tool("chromium")

    @asynccontextmanager
    async def opened() -> AsyncIterator[House]:
        async with open_driver(at(2026, 9, 1)) as driver, async_playwright() as playwright:
            await driver.take(OFFICE, [SAMPLES / "organisation.xlsx"], "2026-09")
            async with served(driver.portal) as port:
                browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                yield House(driver, browser, f"http://127.0.0.1:{port}", tmp_path)
                await browser.close()

    return opened


async def leaders(driver: Driver, *names: str) -> list[str]:
    """Group leaders of one village, registered by the township's clerk."""
    codes = []
    with driver.application.accounts.sessions.begin() as session:
        for number, name in enumerate(names, 1):
            group = f"{VILLAGE}/{number:02}"
            form = AccountForm(name=name, role=Role.GROUP_LEADER, place=group)
            account = accounts.open_account(session, form, actor=CLERK, now=driver.clock())
            codes.append(account.code)
    await driver.settle()
    return codes


async def printed_card(house: House) -> str:
    """The clerk makes the sheet of his township's cards and prints it; what the first code says."""
    desk = await house.desk(CLERK)
    page = await desk.new_page()
    await page.goto(f"{house.address}/access/card-sheet")
    await page.select_option("select[name=role]", "GROUP_LEADER")
    await page.select_option("select[name=place]", TOWNSHIP)
    await house.shot(page, "card-sheet-1280")
    await page.get_by_role("button", name="制作").click()
    await page.get_by_role("heading", name="登录卡，共2张").wait_for()
    await house.shot(page, "cards-1280")
    await page.emulate_media(media="print")
    await page.screenshot(path=house.shots / "cards-print.png", full_page=True)
    picture = await page.locator(".qr-card").first.screenshot()
    blank = await desk.new_page()
    width, height, grey = await blank.evaluate(PIXELS, b64encode(picture).decode())
    pixels = memoryview(b64decode(grey)).cast("B", [height, width])
    (found,) = zxingcpp.read_barcodes(pixels)
    await desk.close()
    return found.text


def test_from_the_printed_code_to_the_group_leaders_page_in_two_taps_and_nothing_typed(house):
    async def run() -> None:
        async with house() as one:
            await leaders(one.driver, "王建国", "李秀英")
            address = await printed_card(one)
            assert address.startswith(f"{one.address}/access/cards/")
            async with httpx.AsyncClient(headers=PREVIEW) as messenger:  # it looks at links first
                for _ in range(3):
                    assert (await messenger.get(address)).status_code == 200

            phone = await one.phone()
            page = await phone.new_page()
            await page.goto(address)
            await one.shot(page, "card-360")
            await page.get_by_role("button", name="进入").tap()  # the first and only one
            await page.wait_for_url("**/village/")
            await one.shot(page, "first-page-360")
            header = page.locator("header")
            for words in ("王建国", "村民小组长", "01组"):
                assert await header.get_by_text(words).first.is_visible(), words
            assert page.url == f"{one.address}/village/"

            other = await one.phone()
            second = await other.new_page()
            refused = await second.goto(address)
            assert refused
            assert refused.status == 403
            assert await second.get_by_text("已经在一部手机上用过").is_visible()
            await one.shot(second, "second-phone-360")
            assert await other.cookies() == []
            again = await phone.new_page()  # the code once more, on his own phone
            await again.goto(address)
            await again.wait_for_url("**/village/")

    asyncio.run(run())


def test_pages_of_access_fit_a_phone_and_an_offices_screen(house):
    async def run() -> None:
        async with house() as one:
            first, _ = await leaders(one.driver, "王建国", "李秀英")
            with one.driver.application.accounts.sessions.begin() as session:
                more = PostForm(role=Role.VILLAGE_CLERK, place=VILLAGE)
                accounts.add_post(session, first, more, actor=CLERK, now=one.driver.clock())
                secret = cards.servers_card(session, first, now=one.driver.clock())
            for size in (NARROW, WIDE):
                wide = size["width"]
                stranger = await one.browser.new_context(viewport=size)
                page = await stranger.new_page()
                await page.goto(f"{one.address}/sign-in")
                await one.shot(page, f"sign-in-{wide}")
                desk = await one.desk(CLERK, size)
                page = await desk.new_page()
                for name, path in (
                    ("accounts", "/access/accounts"),
                    ("account", f"/access/accounts/{first}"),
                    ("new", "/access/accounts/new?role=GROUP_LEADER"),
                    ("waiting", "/access/waiting"),
                    ("me", "/access/me"),
                    ("sign-out", "/access/sign-out"),
                    ("home", "/"),
                ):
                    answer = await page.goto(f"{one.address}{path}")
                    assert answer
                    assert answer.ok, path
                    header = page.locator("header")
                    for words in ("何专干", "河湾镇", "乡镇专干"):
                        assert await header.get_by_text(words).first.is_visible(), (path, words)
                    await one.shot(page, f"{name}-{wide}")
            phone = await (await one.phone()).new_page()
            await phone.goto(f"{one.address}/access/cards/{secret}")
            await phone.get_by_role("button", name="进入").tap()
            await phone.wait_for_url("**/access/posts**")
            await one.shot(phone, "posts-360")
            await phone.get_by_role("button", name="村民小组长").tap()
            await phone.wait_for_url("**/village/")

    asyncio.run(run())
