"""Which month an import opens, and what a month opened late does, over the real doors.

The county of `cases/00`; no month of it is open before its first workbook comes.
"""

import asyncio
from datetime import date
from pathlib import Path

import openpyxl
from aiokafka.errors import GroupCoordinatorNotAvailableError
from sqlmodel import Session, select

from backstop.demo.driver import Driver
from backstop.importer import ON_ITS_WAY
from kit import deadlines
from kit.actor import Actor
from kit.prober import Prober
from rulebook.ids import make_id
from rulebook.months import month_of, next_month
from schemas.codes import Role, Timeliness
from services.county.months.models import Month as CountyMonth
from services.county.reporters.models import Duty, ReporterKind
from services.county.reporters.models import ReporterMonth as CountyReporter
from services.unit.months.models import Month as UnitMonth
from services.village.months.models import Month, Reminder, ReporterMonth
from tests.conftest import at
from tests.flow.test_case_folders import CASES, CLERK, SONGGANG, YUNSHUI

CLERK_OF_YUNSHUI = Actor("yunshui", "村文书", Role.VILLAGE_CLERK, YUNSHUI)
BASE = sorted((CASES / "00").iterdir())


def a_list(folder: Path, month: str, id_number: str | None = None) -> Path:
    """A list of 松岗村 with one household; without a number its only row is refused."""
    book = openpyxl.Workbook()
    year, number = month.split("-")
    header = ["组别", "户主姓名", "身份证号码", "家庭人口", "联系电话", "易返贫（致贫）原因"]
    for line in (
        [f"清溪镇松岗村防返贫监测摸排情况上报表（{year}年{int(number)}月）"],
        [*header, "风险点", "需解决的相关事宜"],
        ["01", "双一", id_number, 4, None, "因病", "住院", "医疗救助"],
    ):
        book.active.append(line)
    path = folder / f"松岗村-{month}{'' if id_number else '-缺号码'}.xlsx"
    book.save(path)
    return path


def a_number() -> str:
    return make_id("990321", date(1960, 1, 1), 731)


async def take(driver: Driver, path: Path, month: str, who: Actor = CLERK):
    """What is said of the file's only sheet."""
    [report] = await driver.take(who, [path], month, submit=True)
    [sheet] = report.sheets
    return sheet


def open_months(driver: Driver) -> list[set[str]]:
    """Of village, unit and county."""
    known = []
    for name, model in (("village", Month), ("unit", UnitMonth), ("county", CountyMonth)):
        with driver.application.runtimes[name].sessions() as session:
            known.append({row.month for row in session.exec(select(model))})
    return known


def of_month(session: Session, model, month: str) -> list:
    return list(session.exec(select(model).where(model.month == month)))


def test_c_1_an_import_opens_neither_a_past_month_nor_one_to_come(open_driver):
    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            base = await driver.take(CLERK, BASE, "2026-11")
            said = [note for report in base for sheet in report.sheets for note in sheet.notes]
            assert "2026年11月的填报现在开启了。开启前已经过去的期限，不提醒，也不点名。" in said
            assert open_months(driver) == [{"2026-11"}] * 3
            november = CASES / "11" / "松岗村.xlsx"
            past = await take(driver, november, "2026-03")
            assert past.notes == [
                "2026年3月还没有开始填报。请核对月份；月份没有错的，请县级牵头部门经办人先在“导入”页开启2026年3月。"
            ]
            assert (past.not_taken, past.taken) == (True, 0)
            future = await take(driver, november, "2031-01")
            assert future.notes == ["2031年1月还没有到，不能提前填报，请核对月份。"]
            await driver.until(at(2026, 11, 30))
            assert open_months(driver) == [{"2026-11"}] * 3

    asyncio.run(run())


def test_c_1_the_month_before_opens_with_its_first_row_and_names_nobody_backwards(
    open_driver, tmp_path
):
    async def run():
        async with open_driver(at(2026, 11, 3, 10)) as driver:
            await driver.take(CLERK, BASE, "2026-11")
            refused = await take(driver, a_list(tmp_path, "2026-10"), "2026-10")
            assert (refused.taken, len(refused.refused)) == (0, 1)
            assert open_months(driver) == [{"2026-11"}] * 3
            by_village = await take(
                driver, a_list(tmp_path, "2026-10", a_number()), "2026-10", CLERK_OF_YUNSHUI
            )
            assert by_village.taken == 0
            assert open_months(driver) == [{"2026-11"}] * 3
            taken = await take(driver, a_list(tmp_path, "2026-10", a_number()), "2026-10")
            assert (taken.taken, taken.submitted) == (1, True)
            assert any("2026年10月的填报现在开启了" in note for note in taken.notes)
            assert open_months(driver) == [{"2026-10", "2026-11"}] * 3
            await driver.until(at(2026, 11, 6))
            with driver.application.runtimes["village"].sessions() as session:
                assert of_month(session, Reminder, "2026-10") == []
                rows = of_month(session, ReporterMonth, "2026-10")
                assert Timeliness.MISSING not in {row.timeliness for row in rows}
            names = await driver.get(CLERK, "/county/api/bulletins/2026-10")
            assert [name for name in names["names"] if name["kind"] != "OFFICE"] == []

    asyncio.run(run())


def test_c_1_after_its_bulletins_day_the_month_before_is_closed_to_imports(open_driver, tmp_path):
    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await driver.take(CLERK, BASE, "2026-11")
            sheet = await take(driver, a_list(tmp_path, "2026-10", a_number()), "2026-10")
            assert sheet.not_taken
            assert sheet.notes[0].startswith("2026年10月还没有开始填报。")
            assert open_months(driver) == [{"2026-11"}] * 3

    asyncio.run(run())


def test_c_1_the_office_opens_a_past_month_alone_and_nobody_is_named_for_it(open_driver):
    async def open_march(driver: Driver, who: Actor):
        auth = await driver.signs(who)
        return await driver.client.post("/imports/month", data={"month": "2026-03"}, auth=auth)

    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await driver.take(CLERK, BASE, "2026-11")
            assert (await open_march(driver, CLERK_OF_YUNSHUI)).status_code == 403
            page = await driver.fetch(CLERK, "/imports")
            assert "全县的村组、乡镇、单位、督导组都列入该月的应报名单" in page.decode()
            opened = await open_march(driver, CLERK)
            assert opened.status_code == 200
            assert "2026年3月的填报现在开启了" in opened.text
            await driver.until(at(2026, 11, 30))
            assert open_months(driver) == [{"2026-03", "2026-11"}] * 3
            for name, runtime in driver.application.runtimes.items():
                with runtime.sessions() as session:
                    due = deadlines.next_at(session)
                    assert due is None or due > at(2026, 11, 30), name
            with driver.application.runtimes["village"].sessions() as session:
                assert of_month(session, Reminder, "2026-03") == []
                rows = of_month(session, ReporterMonth, "2026-03")
                assert SONGGANG in {row.code for row in rows}
                assert {row.timeliness for row in rows} == {Timeliness.WAITING}
            with driver.application.runtimes["county"].sessions() as session:
                rows = of_month(session, CountyReporter, "2026-03")
                own = {row.code for row in rows if row.kind is ReporterKind.OFFICE}
                assert own == {Duty.VERIFY}
                assert {(row.due, row.timeliness) for row in rows} == {(None, Timeliness.WAITING)}
            assert next_month(month_of(driver.today)) not in open_months(driver)[0]

    asyncio.run(run())


class Unsure(Prober):
    """Of a broker whose groups have no coordinator just now, for so many questions."""

    times = 3

    async def lag(self) -> int:
        self.times -= 1
        if self.times >= 0:
            raise GroupCoordinatorNotAvailableError("Unable to get coordinator id for village")
        return await super().lag()


def test_c_2_an_import_that_cannot_wait_to_the_end_says_what_was_taken(open_driver, tmp_path):
    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await driver.take(CLERK, BASE, "2026-11")
            application = driver.application
            unsure = Unsure(application._prober.runtimes, application.runtimes["village"].kafka)
            await application._prober.stop()
            await unsure.start()
            application._prober = unsure
            taken = await take(driver, a_list(tmp_path, "2026-11", a_number()), "2026-11")
            assert (taken.taken, unsure.times < 0, ON_ITS_WAY in taken.notes) == (1, True, False)
            unsure.times = 1_000_000
            settle = application.settle
            application.settle = lambda **_: settle(timeout=0.5)
            again = await take(driver, a_list(tmp_path, "2026-11", a_number()), "2026-11")
            assert again.unchanged == 1
            assert again.notes.count(ON_ITS_WAY) == 1
            unsure.times = 0

    asyncio.run(run())


def test_c_6_c_7_a_refusal_is_one_sentence_and_names_the_box_as_the_page_does(
    open_driver, tmp_path
):
    async def send(driver: Driver, path: Path, month: str) -> str:
        answer = await driver.client.post(
            "/imports",
            data={"month": month, "submit": "true"},
            files=[("files", (path.name, path.read_bytes()))],
            auth=await driver.signs(CLERK),
        )
        return answer.text

    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await driver.take(CLERK, BASE, "2026-11")
            page = await send(driver, a_list(tmp_path, "2026-11"), "2026-11")
            box = "有退回的行，也先报其余的行"
            assert page.count(box) == 2  # the box itself, and the sentence that names it
            assert (
                f"有1行没有通过，没有上报。改好后重新导入；要先报其余的行，请勾选“{box}”再导入。"
                in page
            )
            closed = await send(driver, a_list(tmp_path, "2026-11"), "2026-03")
            assert (closed.count("没有导入"), closed.count("还没有开始填报")) == (1, 1)
            assert "2026-03 " not in closed

    asyncio.run(run())
