"""Play the two months, write the files, show what happened, and open the pages."""

import asyncio
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backstop.accounts import DemoAccounts
from backstop.application import Application
from backstop.cli.options import console
from backstop.cli.serving import refuse_second, serve
from backstop.demo import autumn, identified, summary, summer  # noqa: F401 - registers their steps
from backstop.demo.county import County
from backstop.demo.driver import Driver
from backstop.demo.personas import Personas
from backstop.demo.scenario import OCTOBER, SEPTEMBER, STEPS, Scenario
from backstop.engines import console_progress
from backstop.installation import Installation
from backstop.logs import log_to
from kit.clock import ZONE, SimulatedClock
from kit.dates import show_day

BEGIN, END = date(2026, 9, 1), date(2026, 10, 31)
# The pages open on the bulletin's day: October's can be drafted, approved and issued, while a new
# month is being reported.
AFTERWARDS = date(2026, 11, 5)
BEFORE = datetime(2026, 8, 1, 9, tzinfo=ZONE)


def run(home: Path, out: Path, *, port: int | None, fast: bool = True) -> None:
    """The whole demo: engines of its own below `home`, afresh; files below `out`; pages on `port`
    or none.
    """
    installation = Installation(home, fast=fast, demo=True)
    refuse_second(installation, port)
    installation.engines.erase()
    shutil.rmtree(home, ignore_errors=True)
    # this folder is a demo's from now on, also when the play is broken off
    DemoAccounts(home).keep({})
    installation = Installation(home, fast=fast, demo=True)
    log_to(home)
    installation.engines.start(console_progress())

    try:
        asyncio.run(_whole(installation, out, port))
    finally:
        installation.engines.stop()


async def _whole(installation: Installation, out: Path, port: int | None) -> None:
    """The play on engines that run, then the pages until somebody stops them."""
    clock = SimulatedClock(BEFORE)
    application = Application(installation, clock=clock, every=None)
    await application.start()
    driver = Driver(application, clock)
    try:
        scenario = await play(driver)
        await tell(scenario, out)
    except BaseException:
        await application.stop()
        raise
    DemoAccounts(installation.home).keep(scenario.personas.accounts())
    if port is not None:
        await morning(scenario)
        console.print(
            f"网页上是{show_day(AFTERWARDS)}：10月的通报今天要发，11月的摸排刚开始，可以换着身份试。"
        )
    await driver.close()
    if port is None:
        await application.stop()
    else:
        await serve(application, port, invite=False)


async def morning(scenario: Scenario) -> None:
    """The bulletin's day: October's is drafted, and whoever may be named was asked by telephone, so
    that a newcomer can decide and issue it at once (F-53).
    """
    await scenario.driver.at(AFTERWARDS)
    await scenario.names_are_heard(OCTOBER)


async def play(driver: Driver, *, quiet: bool = False) -> Scenario:
    """August in one go, then day by day to the end of October."""
    from backstop.demo.summer import august

    scenario = Scenario(driver, Personas(County()))
    days = (END - BEGIN).days + 1
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=quiet,
    ) as bar:
        task = bar.add_task("准备：组织机构、名册、八月", total=days)
        await august(scenario)
        steps = sorted(STEPS, key=lambda entry: entry[:2])  # in the order of the clock
        for number in range(days):
            day = BEGIN + timedelta(days=number)
            bar.update(task, description=f"{day.month}月{day.day}日", completed=number)
            for _, hour, deed in [entry for entry in steps if entry[0] == day]:
                await driver.at(day, hour)
                await deed(scenario)
            await driver.at(day, 23, 59)
        bar.update(task, completed=days)
    await driver.settle()
    return scenario


async def tell(scenario: Scenario, out: Path) -> None:
    """The files people would print, and the short table."""
    folder = out / SEPTEMBER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, path in {
        "会议议程.docx": f"/county/api/meetings/{scenario.meeting}/agenda.docx",
        "会议纪要.docx": f"/county/api/meetings/{scenario.meeting}/minutes.docx",
        "月通报.docx": f"/county/api/bulletins/{SEPTEMBER}/bulletin.docx",
        "月通报.xlsx": f"/county/api/bulletins/{SEPTEMBER}/bulletin.xlsx",
        "监测台账.xlsx": "/county/ledger/export",
    }.items():
        (folder / name).write_bytes(await scenario.driver.fetch(scenario.personas.clerk, path))
    table = Table("事情", "结果", title="两个月里发生了什么")
    for label, result in summary.table(scenario, await summary.outcome(scenario)):
        table.add_row(label, result)
    console.print(table)
    console.print(f"文件：{folder}")
