"""What offices of an invented county send, each folder below `cases` as they would send it: posted at
the front door, read in a child, taken by the services (F-20, F-23 … F-31).

One county for all of them; each test has a village or a month of its own.
"""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from backstop.cli.imports import REPORTS, gathered, is_taken
from backstop.demo.driver import Driver
from backstop.engines import Engines
from backstop.importer import FileReport
from backstop.services import every_service
from kit.actor import Actor
from kit.rates import Buckets
from kit.sheets.sheet import SheetReport
from rulebook.ids import make_id
from schemas.codes import Content, Role
from services.village.findings.models import Finding
from services.village.register.models import Household
from tests.conftest import at
from tests.flow.conftest import driver_on

CASES = Path(__file__).parent / "cases"
COUNTY = "990321000000"
YUNSHUI, SONGGANG, MEILING = "990321100201", "990321100202", "990321200201"
CLERK = Actor("office", "县里经办人", Role.COUNTY_CLERK, COUNTY)
# May import, but hands in none of these: the reply of case 07 is to no order of his.
OUTSIDER = Actor("housing", "部门经办人", Role.DEPARTMENT_CLERK, "housing")
MONTHS = {
    **dict.fromkeys(("01", "02"), "2026-08"),
    **dict.fromkeys(("08", "09", "11", "12", "14", "15", "17", "18"), "2026-09"),
    "21": "2026-10",
    **dict.fromkeys(("03", "04", "05", "06", "07", "25"), "2026-11"),
}
REPORTS_OF_A_MONTH = {
    kind.name for service in every_service() for kind in service.sheets if not kind.is_master
}


class House:
    """One county on the real engines, and whoever sends workbooks to its front door."""

    def __init__(self, runner: asyncio.Runner, driver: Driver) -> None:
        self.runner, self.driver = runner, driver

    def take(self, *paths: Path, month: str, who: Actor = CLERK, **said: str) -> list[FileReport]:
        async def post() -> Any:
            answer = await self.driver.client.post(
                "/front/api/imports",
                data={"month": month, **said},
                files=[("files", (path.name, path.read_bytes())) for path in paths],
                auth=await self.driver.signs(who),
            )
            assert answer.status_code == 200, answer.text
            return answer.json()

        return REPORTS.validate_python(self.runner.run(post()))

    def rested(self) -> None:
        """As much later as the front door asks of whoever imports often."""
        self.driver.portal.app.state.buckets = Buckets()

    def case(self, number: str, month: str, **said: Any) -> list[FileReport]:
        """All files of a case, in one import."""
        return self.take(*sorted((CASES / number).iterdir()), month=month, **said)

    def events(self) -> int:
        """How many all services have emitted."""
        count = 0
        for runtime in self.driver.application.runtimes.values():
            with runtime.sessions() as session:
                count += session.execute(text("SELECT count(*) FROM outbox")).scalar_one()
        return count

    def get(self, path: str, **query: str) -> Any:
        return self.runner.run(self.driver.get(CLERK, path, **query))

    def page(self, path: str) -> str:
        return self.runner.run(self.driver.fetch(CLERK, path)).decode()

    def findings(self, month: str, village: str) -> list[dict]:
        return self.get("/village/api/findings", month=month, village=village)

    def content(self, month: str, village: str) -> str | None:
        rows = self.get(f"/village/api/months/{month}")["villages"]
        return next(row["content"] for row in rows if row["code"] == village)


@pytest.fixture(scope="module")
def house(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with asyncio.Runner() as runner:
        opened = driver_on(engines, tmp_path_factory.mktemp("cases") / "house", at(2026, 11, 28))
        made = House(runner, runner.run(opened.__aenter__()))
        try:
            runner.run(made.driver.introduce((CLERK, OUTSIDER)))
            base = made.case("00", "2026-11")
            assert all(map(is_taken, base)), base
            for month in ("2026-08", "2026-09", "2026-10"):  # passed: no import opens them
                for service in ("village", "unit", "county"):
                    body = {"month": month}
                    runner.run(made.driver.post(CLERK, f"/{service}/api/months", body))
            yield made
        finally:
            runner.run(opened.__aexit__(None, None, None))


@pytest.fixture(autouse=True)
def rested(house: House) -> None:
    house.rested()


def only(reports: list[FileReport]) -> SheetReport:
    [report] = reports
    [sheet] = report.sheets
    return sheet


def all_of(reports: list[FileReport]) -> list[SheetReport]:
    return [sheet for report in reports for sheet in report.sheets]


def reasons(sheet: SheetReport) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.name, cell.reason) for cell in sheet.refused]


def test_case_01_f_02_a_finding_that_quotes_a_zero_report_is_a_finding(house: House):
    first, second = [report.sheets[0] for report in house.case("01", "2026-08", submit="true")]
    assert (first.taken, second.taken) == (1, 2)
    assert (first.refused, second.refused) == ([], [])
    assert (first.submitted, second.submitted) == (True, True)
    tiers = house.get("/county/api/months/2026-08")["tiers"]
    teams = next(tier["reporters"] for tier in tiers if tier["kind"] == "TEAM")
    assert {team["content"] for team in teams} == {Content.FINDINGS.value}


def test_case_02_f_02_a_row_without_a_number_is_refused_and_declares_nothing(house: House):
    sheet = only(house.case("02", "2026-08", submit="true"))
    assert reasons(sheet)[0][:2] == (4, "身份证号码")
    assert "没有填写" in reasons(sheet)[0][2]
    assert not sheet.submitted
    assert house.content("2026-08", YUNSHUI) != Content.NIL.value


def test_case_05_f_20_g_01_a_cell_at_the_far_corner_is_refused_by_its_place(house: House):
    sheet = only(house.case("05", "2026-11"))
    assert sheet.not_taken
    assert "一直写到第1048576行、第16384列（XFD列），最多能读1048576行、200列" in sheet.notes[0]
    assert house.findings("2026-11", YUNSHUI) == []


def test_case_07_f_23_an_error_in_a_cell_is_refused_by_name(house: House):
    reply, ledger = [report.sheets[0] for report in house.case("07", "2026-11")]
    assert (reply.taken, ledger.taken) == (0, 0)
    assert (4, "风险消除时间", "公式出错（#REF!），请改正") in reasons(ledger)
    assert (4, "落实金额（元）", "公式出错（#REF!），请改正") in reasons(reply)


def test_case_08_f_24_another_month_in_title_sheet_or_file_is_refused(house: House):
    named, sheets = CASES / "08" / "梅岭村9月摸排表.xlsx", CASES / "08" / "梅岭村摸排上报表.xlsx"
    august, september = house.take(sheets, month="2026-09")[0].sheets
    assert (august.not_taken, september.not_taken) == (True, False)
    assert "工作表名“8月”写的是2026年8月，现在填报的是2026年9月" in august.notes[0]
    assert september.taken == 1
    refused = only(house.take(named, month="2026-10"))
    assert refused.not_taken
    assert (
        "写的是2026年9月，现在填报的是2026年10月。是2026年9月的，请选2026年9月" in refused.notes[0]
    )
    assert house.findings("2026-10", MEILING) == []
    assert only(house.take(named, month="2026-09")).taken == 1


def test_case_09_f_25_what_is_hidden_is_named_and_does_not_go_up(house: House):
    rows, archive = house.case("09", "2026-09", submit="true")
    [shown] = rows.sheets
    assert (shown.taken, shown.submitted) == (1, False)
    assert [cell.row for cell in shown.refused] == [5]
    assert "隐藏" in shown.refused[0].reason
    assert rows.marked
    assert [finding["head_name"] for finding in house.findings("2026-09", YUNSHUI)] == ["钱一舟"]
    hidden = next(sheet for sheet in archive.sheets if sheet.kind == "hidden")
    assert (hidden.title, hidden.taken, hidden.not_taken) == ("上月存档", 0, False)
    assert "隐藏" in hidden.notes[0]


def test_case_11_f_26_every_file_of_a_folder_is_read_or_named(house: House, tmp_path: Path):
    (tmp_path / "照片.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "~$云水村.xlsx").write_bytes(b"")
    workbooks, others = gathered([CASES / "11", tmp_path])
    assert [report.file for report in others] == ["照片.jpg"]
    assert not is_taken(others[0])
    said = {report.file: report.sheets for report in house.take(*workbooks, month="2026-09")}
    assert said.keys() == {
        "云水村.csv",
        "松岗村.xlsx",
        "梅岭村(2).XLS",
        "梅岭村-2026-10.XLSX",
        "梅岭村.et",
    }
    assert said["松岗村.xlsx"][0].taken == 1
    assert said["梅岭村-2026-10.XLSX"][0].not_taken
    assert said["云水村.csv"][0].notes == ["空白表，已跳过"]
    for name in ("梅岭村(2).XLS", "梅岭村.et"):
        assert said[name][0].taken + said[name][0].unchanged == 1, said[name]


def test_case_12_f_26_an_empty_workbook_says_so(house: House):
    reports = house.case("12", "2026-09", submit="true")
    assert only(reports).notes == ["表里没有文字。"]
    assert not is_taken(reports[0])


def test_case_14_f_28_a_member_without_a_number_keeps_the_household(house: House):
    sheet = only(house.case("14", "2026-09"))
    assert (sheet.taken, sheet.refused) == (2, [])
    [home] = house.get("/village/api/households", q="K0101")
    shown = house.page(f"/village/households/{home['id']}")
    assert "未上户口" in shown
    assert "护照B1234567" in shown


def test_case_15_f_29_no_telephone_is_written_in_many_ways(house: House):
    sheet = only(house.case("15", "2026-09"))
    assert (sheet.taken, sheet.refused) == (10, [])
    with house.driver.application.runtimes["village"].sessions() as session:
        rows = session.exec(select(Finding).where(Finding.village == YUNSHUI)).all()
        found = {row.head_name: (row.phone, row.note) for row in rows}
    for name in ("单甲", "单乙", "单丙", "单庚", "单癸"):
        assert found[name] == (None, None)
    for name in ("单辛", "单壬"):
        assert found[name] == ("16000000001", None)
    for name in ("单丁", "单戊"):
        assert found[name] == ("16000000001", "联系电话：16000000002")
    assert found["单己"] == ("16000000001", "联系电话：儿子")


def test_case_17_f_26_each_file_has_a_marked_copy_of_its_own(house: House):
    first, second = house.case("17", "2026-09")
    assert first.marked
    assert second.marked
    assert first.marked != second.marked
    words = [
        str(cell.value)
        for report in (first, second)
        for row in openpyxl.load_workbook(report.marked).worksheets[0].iter_rows()
        for cell in row
        if cell.comment
    ]
    assert words == ["990321", "很多"]


def test_case_18_f_20_a_password_is_named(house: House):
    sheet = only(house.case("18", "2026-09"))
    assert sheet.notes == ["“云水村.xlsx”加了密码，请取消密码后再上传。"]
    assert sheet.not_taken


def test_case_21_f_23_a_formula_without_a_result_is_no_blank(house: House):
    sheet = only(house.case("21", "2026-10"))
    assert sheet.taken == 0
    wrong = {name: reason for _, name, reason in reasons(sheet)}
    assert wrong["身份证号码"].startswith("公式没有结果")
    assert wrong["家庭人口"].startswith("公式没有结果")


def test_f_30_f_31_chinese_numerals_and_what_stands_under_a_table(house: House, tmp_path: Path):
    book = openpyxl.Workbook()
    header = ["组别", "户主姓名", "身份证号码", "家庭人口", "联系电话", "易返贫（致贫）原因"]
    numbers = [make_id("990321", date(1960, 1, 1), seq) for seq in (701, 702)]
    for line in (
        ["清溪镇松岗村防返贫监测摸排情况上报表（二〇二六年八月）"],
        ["填报日期：八月十八日"],
        [*header, "风险点", "需解决的相关事宜"],
        ["一组", "双一", numbers[0], "四人", None, "因病", "住院", "医疗救助"],
        ["01村民小组", "双二", numbers[1], "十口人", None, "因学", "学费", "助学"],
        [],
        ["填表说明："],
        ["1. 本表每月20日前报送。"],
        ["注：家庭人口含在外务工人员"],
        ["报送人：试用甲", None, "联系电话：16000000001"],
    ):
        book.active.append(line)
    book.save(tmp_path / "松岗村.xlsx")
    sheet = only(house.take(tmp_path / "松岗村.xlsx", month="2026-08"))
    assert (sheet.taken, sheet.refused) == (2, [])
    with house.driver.application.runtimes["village"].sessions() as session:
        rows = session.exec(select(Household).where(col(Household.head_name).like("双%"))).all()
        said = {row.head_name: (row.group, row.size) for row in rows}
    assert said == {"双一": ("01", 4), "双二": ("01", 10)}


def nothing_taken(reports: list[FileReport]) -> list[str]:
    """What is said of the sheets, none of which was taken: of each a sentence in Chinese."""
    sheets = all_of(reports)
    assert [(sheet.file, sheet.taken, sheet.submitted) for sheet in sheets] == [
        (sheet.file, 0, False) for sheet in sheets
    ]
    said = ["".join([*sheet.notes, *(cell.reason for cell in sheet.refused)]) for sheet in sheets]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in words) for words in said)
    return said


@pytest.mark.parametrize("number", MONTHS)
def test_each_case_twice_in_a_row_changes_nothing_the_second_time(house: House, number: str):
    first = house.case(number, MONTHS[number])
    before = house.events()
    again = house.case(number, MONTHS[number])
    assert [report.file for report in again] == [report.file for report in first]
    assert [sheet.file for sheet in all_of(again) if sheet.taken] == []
    assert house.events() == before


@pytest.mark.parametrize("number", MONTHS)
def test_each_case_half_sent_is_refused_file_by_file(house: House, number: str, tmp_path: Path):
    files = sorted((CASES / number).iterdir())
    for path in files:
        content = path.read_bytes()
        (tmp_path / path.name).write_bytes(content[: len(content) // 2])
    before = house.events()
    reports = house.take(*(tmp_path / path.name for path in files), month=MONTHS[number])
    assert {report.file for report in reports} == {path.name for path in files}
    assert nothing_taken(reports)
    assert house.events() == before


@pytest.mark.parametrize("number", MONTHS)
def test_each_case_by_the_wrong_role_is_refused_in_a_sentence(house: House, number: str):
    before = house.events()
    assert nothing_taken(house.case(number, MONTHS[number], who=OUTSIDER, submit="true"))
    assert house.events() == before


@pytest.mark.parametrize("number", MONTHS)
def test_each_case_in_the_wrong_month_is_refused_in_a_sentence(house: House, number: str):
    """A month that has not begun; what belongs to no month is taken in any."""
    reports = house.case(number, "2031-01", submit="true")
    of_a_month = [sheet for sheet in all_of(reports) if sheet.kind in REPORTS_OF_A_MONTH]
    assert [sheet.file for sheet in of_a_month if sheet.taken or sheet.submitted] == []
    silent = [sheet for sheet in of_a_month if not (sheet.notes or sheet.refused)]
    assert silent == []
