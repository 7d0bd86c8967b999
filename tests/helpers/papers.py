"""The papers of the demo county, as files and as pictures: `python -m tests.helpers.papers OUT`.

Plays the demo below OUT/home (a second time it is only opened again), lets each paper out through the
doors and writes it to OUT. Where soffice, chromium, pdftoppm and pngquant are installed, each becomes
OUT/‹name›.pdf and OUT/png/‹name›-‹page›.png; docs/papers holds the chosen ones. Nothing here runs in CI.
"""

import argparse
import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from backstop.application import Application
from backstop.demo import play as demo
from backstop.demo.county import COUNTY, County
from backstop.demo.driver import DoorShut, Driver
from backstop.demo.personas import Personas
from backstop.demo.scenario import SEPTEMBER, STEPS, Scenario
from backstop.engines import console_progress
from backstop.installation import Installation
from kit.actor import Actor
from kit.clock import ZONE, SimulatedClock

PACK = f"""# What the demo county's letters say beside their text.
pack_id = "papers"
version = "1.0.0"
extends = "default@1.0.0"
label = "虚构的示例"
region_code = "{COUNTY[:6]}"
valid_from = 2026-01-01
source_docs = ["示例"]

[documents]
issuer = {{ value = "守望县防止返贫监测帮扶工作领导小组办公室", source = "示例" }}
code = {{ value = "守防返贫办", source = "示例" }}
copies = {{ value = ["县委办公室", "县政府办公室", "县纪委监委"], source = "示例" }}
contact = {{ value = "周明远 16000000099", source = "示例" }}
place = {{ value = "县政府第二会议室", source = "示例" }}
"""


# What the page of a file calls its papers → their names here.
OF_A_FILE = {
    "受理回执": "receipt",
    "授权书": "consent",
    "入户核实表": "visit",
    "认定表": "form",
    "评议记录": "minutes",
    "村内公示": "notice",
    "公告": "announcement",
    "不予纳入告知书": "refusal",
}


@dataclass(frozen=True)
class Saved:
    """One paper: its name with its ending, who lets it out, by which door."""

    name: str
    actor: Actor
    path: str


async def papers(driver: Driver, people: Personas) -> AsyncIterator[Saved]:
    """What is there at the end of the play."""
    clerk = people.clerk
    meetings = await driver.get(clerk, "/county/api/meetings")
    meeting = next(meeting["id"] for meeting in meetings if meeting["month"] == SEPTEMBER)
    for letter in ("agenda", "annex", "minutes"):
        yield Saved(f"{letter}.docx", clerk, f"/county/api/meetings/{meeting}/{letter}.docx")
    lines = (await driver.get(clerk, f"/county/api/meetings/{meeting}"))["lines"]
    department = next(line["department"] for line in lines if line.get("department"))
    notice = f"/county/api/meetings/{meeting}/notice.docx?department={department}"
    yield Saved("notice.docx", clerk, notice)
    for ending in ("docx", "xlsx"):
        bulletin = f"/county/api/bulletins/{SEPTEMBER}/bulletin.{ending}"
        yield Saved(f"bulletin.{ending}", clerk, bulletin)
    yield Saved("ledger.xlsx", clerk, "/county/ledger/export?category=SUDDEN_HARDSHIP")
    yield Saved("ledger-page.html", clerk, "/county/ledger")
    township = people.township_of(people.village("石桥"))
    path = f"/village/townships/{township}/{SEPTEMBER}"
    yield Saved("township-roster.html", people.township_head(township), f"{path}/print")
    yield Saved("township-roster.xlsx", people.township_head(township), f"{path}/list.xlsx")
    village = people.village("石桥")
    path = f"/village/villages/{village}/{SEPTEMBER}/print"
    yield Saved("village-list.html", people.village_clerk(village), path)
    findings = await driver.get(clerk, "/unit/api/findings", month=SEPTEMBER)
    for finding in findings[:1]:
        path, unit = f"/unit/findings/{finding['id']}/form", finding["unit"]
        head = people.unit_head(unit)
        yield Saved("application.html", head, path)
        yield Saved("application.docx", head, f"{path}.docx")
        yield Saved("unit-roster.html", head, f"/unit/lists/{unit}/{SEPTEMBER}")
        yield Saved("unit-roster.docx", head, f"/unit/lists/{unit}/{SEPTEMBER}/roster.docx")


async def report(driver: Driver, people: Personas) -> None:
    """A household reports itself to its village; a second time it joins the file."""
    village = people.village("石桥")
    households = await driver.get(people.clerk, "/village/api/households", village=village)
    body = {
        "household": households[-1]["id"],
        "channel": "SELF_REPORT",
        "on": driver.today.isoformat(),
        "words": "户主住院，自付医药费较多，家里没有人务工。",
    }
    await driver.post(people.village_clerk(village), "/casework/api/leads", body)


async def identification(driver: Driver, people: Personas) -> AsyncIterator[Saved]:
    """The papers that a household's file leads to, of those first whose way is over."""
    await report(driver, people)
    files = await driver.get(people.clerk, "/casework/api/files")
    for file in sorted(files, key=lambda file: file["state"] not in ("admitted", "not_admitted")):
        page = (await driver.fetch(people.clerk, f"/casework/files/{file['id']}")).decode()
        for path, title in re.findall(r'<li><a href="([^"]+\.docx)">([^<]+)</a>', page):
            yield Saved(f"identification-{OF_A_FILE[title]}.docx", people.clerk, path)


async def passing(driver: Driver, people: Personas) -> AsyncIterator[Saved]:
    """What is there on some days only: households to visit, an order in each state."""
    clerk = people.clerk
    if b'class="trip"' in await driver.fetch(clerk, "/county/trips"):
        yield Saved("trips.html", clerk, "/county/trips")
    for order in await driver.get(clerk, "/dispatch/api/orders"):
        for kind in ("order", "urge", "check", "reply"):
            yield Saved(f"{kind}.html", clerk, f"/dispatch/orders/{order['id']}/slip?kind={kind}")


async def save(driver: Driver, out: Path, paper: Saved) -> None:
    """The first of its name; nothing where there is none today."""
    if (out / paper.name).exists():
        return
    try:
        content = await driver.fetch(paper.actor, paper.path)
    except DoorShut:
        return
    if paper.name.endswith(".html"):
        content = await _whole(driver, paper.actor, content.decode())
    (out / paper.name).write_bytes(content)
    print(paper.name, len(content))


def watch(out: Path) -> None:
    """Look every evening of the play."""

    async def look(scenario: Scenario) -> None:
        async for paper in passing(scenario.driver, scenario.personas):
            await save(scenario.driver, out, paper)

    days = (demo.END - demo.BEGIN).days + 1
    STEPS.extend((demo.BEGIN + timedelta(days=number), 22, look) for number in range(days))


async def _whole(driver: Driver, actor: Actor, page: str) -> bytes:
    """The page with its style sheets in it, so that it prints without its server."""
    for link, path in re.findall(r'(<link[^>]*href="([^"]+\.css[^"]*)"[^>]*>)', page):
        sheet = (await driver.fetch(actor, path)).decode()
        page = page.replace(link, f"<style>{sheet}</style>")
    return page.encode()


async def play(installation: Installation, out: Path, *, again: bool) -> None:
    """`again`: the demo was played before, its pages are only opened."""
    begin = datetime.combine(demo.AFTERWARDS, time(9), ZONE) if again else demo.BEFORE
    clock = SimulatedClock(begin)
    application = Application(installation, clock=clock, every=None)
    await application.start()
    driver = Driver(application, clock)
    try:
        if not again:
            watch(out)
            await demo.play(driver)
            await driver.at(demo.AFTERWARDS)
        (installation.home / "played").touch()
        for old in out.glob("identification-*"):
            old.unlink()
        async for paper in papers(driver, Personas(County())):
            (out / paper.name).unlink(missing_ok=True)
            await save(driver, out, paper)
        async for paper in identification(driver, Personas(County())):
            await save(driver, out, paper)
    finally:
        await driver.close()
        await application.stop()


def pictures(out: Path) -> None:
    """Each paper as .pdf by an office program or a browser, and as grey pictures."""
    for program in ("soffice", "chromium", "pdftoppm", "pngquant"):
        if shutil.which(program) is None:
            print(f"{program} is not installed: no pictures")
            return
    folder = out / "png"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out)]
    files = [str(path) for ending in ("docx", "xlsx") for path in sorted(out.glob(f"*.{ending}"))]
    for paper in files:
        run([*office, paper])
        Path(paper).with_suffix(".pdf").rename(f"{paper}.pdf")
    for letter in sorted(out.glob("*.docx.pdf")):
        check(letter)
    for page in sorted(out.glob("*.html")):  # the demo's pages, to print or to look at
        browser = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars"]
        if page.stem.endswith("-page"):
            shot = ["--window-size=1280,900", f"--screenshot={folder / page.stem}.png"]
            run([*browser, *shot, page.as_uri()])
        run([*browser, "--no-pdf-header-footer", f"--print-to-pdf={page}.pdf", page.as_uri()])
    for file in sorted(out.glob("*.pdf")):
        run(["pdftoppm", "-png", "-gray", "-r", "100", str(file), str(folder / file.stem)])
    run(["pngquant", "--ext", ".png", "--force", "16", *map(str, folder.glob("*.png"))])


def check(letter: Path) -> None:
    """The 版记 stands at the foot of the last page, nothing but the page number below it."""
    words = r'<word xMin="(.*)" yMin="(.*)" xMax="(.*)" yMax="(.*)">(.*)</word>'
    box = subprocess.run(["pdftotext", "-bbox", str(letter), "-"], check=True, capture_output=True)
    *pages, last = box.stdout.decode().split("<page ")[1:]
    if "印发" in "".join(pages):
        raise AssertionError(f"{letter.name}: 印发 stands before the last page")
    lines = [(float(top), text) for _, top, _, _, text in re.findall(words, last)]
    head = min((top for top, text in lines if text.startswith("抄送：")), default=None)
    foot = next((top for top, text in lines if text.endswith("印发")), None)
    if foot is None:
        return
    below = [text for top, text in lines if top > foot and not re.fullmatch(r"—|\d+", text)]
    text_ends = max((top for top, text in lines if top < (head or foot)), default=0)
    if below or foot < 700 or (head or foot) - text_ends < 14:  # points from the top of A4
        raise AssertionError(f"{letter.name}: 版记 at {foot} pt, text until {text_ends} pt")
    print(f"{letter.name}: {len(pages) + 1} pages, 印发 at {foot:.0f} of 842 pt")


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("out", type=Path)
    out = reader.parse_args().out.resolve()
    installation = Installation(out / "home", fast=True, demo=True)
    again = (installation.home / "played").exists()
    installation.packs_folder.mkdir(parents=True, exist_ok=True)
    (installation.packs_folder / "papers@1.0.0.toml").write_text(PACK, encoding="utf-8")
    installation.engines.start(console_progress())
    try:
        asyncio.run(play(installation, out, again=again))
    finally:
        installation.engines.stop()
    pictures(out)


if __name__ == "__main__":
    main()
