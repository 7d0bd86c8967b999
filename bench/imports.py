"""Import: a register of 100,000 households as one workbook, until it is committed in village's
database.

"Reading only" is what the importer itself must do to have the rows: the same reader parses the
file, and every row becomes Python values. "Ours" begins with the same file and counts
all of the way: reading, recognising the sheet, its pages through village's own door, each cell
checked, households and sealed events written, committed. What the relay and the other services do
afterwards is the relay's and the consumer's figure. Rows are persons.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx
from openpyxl import Workbook
from sqlalchemy import text

from backstop.engines import Silent
from backstop.importer import ImportDoors, ImportRequest, take_files
from backstop.services import service_named
from bench.contest import Figure, Goal, check, contest
from bench.place import COUNTY, Place
from kit.actor import Actor
from kit.app import make_app
from kit.clock import system_clock
from kit.sheets.untrusted.rows import sheets
from rulebook.ids import make_id
from rulebook.months import month_of
from schemas.codes import Role
from services.village.register import commands
from services.village.register.forms import DivisionDraft, GroupDraft
from tests.helpers.acquainted import acquainted
from tests.helpers.sheets import REGISTER

VILLAGES, GROUPS, IN_TOWNSHIP = 100, 5, 20
SIZES = (1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6)
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
CLERK = Actor("bench", "试验", Role.COUNTY_CLERK, COUNTY)
EMPTY = text("TRUNCATE household, outbox, sheet")
COUNTED = text(
    "SELECT (SELECT count(*) FROM household), (SELECT count(*) FROM outbox WHERE type LIKE 'village.household.%'), "
    "(SELECT coalesce(sum(size), 0) FROM household)"
)


def village(number: int) -> tuple[str, str, str]:
    """Code, township's and village's name."""
    township, own = divmod(number, IN_TOWNSHIP)
    return (
        f"990121{100 + township:03}{200 + own:03}",
        f"乡{township:02}镇".translate(DIGITS),
        f"村{number:03}".translate(DIGITS),
    )


def make_organisation(path: Path) -> Path:
    """The divisions of such a register, and its groups with their leaders, as an office hands them in."""
    book = Workbook(write_only=True)
    divisions, groups = book.create_sheet("区划"), book.create_sheet("组长")
    divisions.append(("区划代码", "级别", "名称", "上级代码"))
    divisions.append((COUNTY, "县", "试验县", None))
    groups.append(("村代码", "村名", "乡镇", "组别", "组长姓名", "联系电话"))
    villages = [village(number) for number in range(VILLAGES)]
    for code, name in {code[:9] + "000": township for code, township, _ in villages}.items():
        divisions.append((code, "乡镇", name, COUNTY))
    for code, township, name in villages:
        divisions.append((code, "村", name, code[:9] + "000"))
        for group in range(GROUPS):
            groups.append((code, name, township, f"{group + 1:02}", "组长", None))
    book.save(path)
    return path


def make_workbook(path: Path, households: int, moved: int = 0) -> int:
    """An invented register; how many persons it lists. `moved`: so many numbers on are telephones."""
    chance = random.Random(7)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("农户信息")
    sheet.append(["试验县农户基础信息表"])
    sheet.append(["填报单位：试验县"])
    sheet.append(REGISTER)
    numbers, persons = _numbers(), 0
    for household in range(households):
        _, township, name = village(household * VILLAGES // households)
        for member in range(chance.choice(SIZES)):
            number = next(numbers)
            person = (
                chance.choice("甲乙丙丁戊己庚辛")
                + chance.choice("春夏秋冬东南西北")
                + chance.choice("一二三四五六七八")
            )
            sheet.append(
                (
                    f"H{household:011}",
                    township,
                    name,
                    f"{household % GROUPS + 1:02}",
                    chance.choice(("一般户", "脱贫户")),
                    person,
                    number,
                    "男" if int(number[16]) % 2 else "女",
                    ("户主", "配偶", "儿子", "女儿")[min(member, 3)],
                    "健康",
                    None,
                    "普通劳动力",
                    f"1600000{(household + moved) % 10_000:04}" if member == 0 else None,
                )
            )
            persons += 1
    book.save(path)
    return persons


def _numbers() -> Iterator[str]:
    born = date(1950, 1, 1)
    while True:
        yield from (make_id("990121", born, seq) for seq in range(1, 999))
        born += timedelta(days=1)


class Import:
    """The same workbook read, and taken."""

    def __init__(self, place: Place, path: Path, households: int) -> None:
        self.path, self.households = path, households
        self.persons = make_workbook(path, households)
        self.keyring = place.installation.keyring
        self.engine, self.sessions, _ = place.database("village")
        self.app = make_app(
            service_named("village"),
            sessions=self.sessions,
            clock=system_clock,
            keyring=self.keyring,
            county=COUNTY,
        )
        with self.sessions.begin() as session:
            towns = {
                village(number)[0][:9] + "000": village(number)[1] for number in range(VILLAGES)
            }
            named = {
                COUNTY: "试验县",
                **towns,
                **{village(number)[0]: village(number)[2] for number in range(VILLAGES)},
            }
            commands.name_divisions(
                session,
                [DivisionDraft(division=code, name=name) for code, name in named.items()],
                actor=CLERK,
            )
            commands.name_groups(
                session,
                [
                    GroupDraft(village=village(number)[0], group=f"{group + 1:02}", leader="组长")
                    for number in range(VILLAGES)
                    for group in range(GROUPS)
                ],
                actor=CLERK,
            )

    async def read(self) -> float:
        began = perf_counter()
        rows = sum(1 for sheet in sheets(str(self.path)) for _ in sheet.lines())
        seconds = perf_counter() - began
        check(rows == self.persons + 3, f"{self.persons} persons, {rows} rows read")
        return self.persons / seconds

    async def ours(self) -> float:
        with self.engine.begin() as connection:
            connection.execute(EMPTY)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url="http://village",
            headers=acquainted(self.app).headers(CLERK),
        )
        order = ImportRequest(month_of(system_clock().date()))
        async with client:
            desk = ImportDoors(
                client, _at_once, lambda _: None, lambda: COUNTY, Silent(), order.month
            )
            began = perf_counter()
            reports = take_files(
                [(self.path, self.path.name)],
                service_named("village").sheets,
                desk,
                order,
                self.path.parent,
            )
            seconds = 0.0
            async for report in reports:
                seconds = perf_counter() - began
                check(report.sheets[0].taken == self.households, f"taken: {report.sheets[0].taken}")
        with self.engine.begin() as connection:
            counts = tuple(connection.execute(COUNTED).one())
        check(
            counts == (self.households, self.households, self.persons),
            f"households, events, persons: {counts}",
        )
        return self.persons / seconds


async def _at_once() -> None:
    """The others are not at this bench: there is nobody to wait for."""


def peak() -> int:
    """Of this process so far, in MiB."""
    status = Path("/proc/self/status").read_text()
    return (
        int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        // 1024
    )


async def measure(place: Place, rounds: int, *, quick: bool, say: Callable[[str], None]) -> Figure:
    with TemporaryDirectory() as folder:
        few = Import(place, Path(folder) / "few.xlsx", 1_000 if quick else 10_000)
        field = Import(place, Path(folder) / "register.xlsx", 10_000 if quick else 100_000)
        memory = {"before": peak()}
        for register in (
            few,
            field,
        ):  # the peak only rises: small before large, reading before importing
            for run in (register.read, register.ours):
                await run()
                memory[f"{run.__name__}, {register.households} households"] = peak()
        results = await contest({"reading only": field.read, "ours": field.ours}, rounds, say)
    return Figure(
        "imports",
        "import of a register",
        "rows/s",
        results,
        [Goal("ours", "reading only", 0.25)],
        more={"households": field.households, "persons": field.persons, "peak MiB": memory},
    )
