"""G-01: a workbook that would end its reader is refused in a sentence, at the front door; others are
answered meanwhile, and no child remains. Who has nothing to hand in is refused before.
"""

import asyncio
import threading
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook

from backstop import importer
from backstop.cli.imports import gathered
from backstop.engines import Silent
from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from backstop.portal.imports import REGISTRARS
from backstop.services import every_service
from kit.errors import Refused
from kit.sheets.reading import READING, READING_REGISTER
from rulebook.scopes import KIND_OF
from rulebook.senders import SENDERS
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import told
from tests.helpers.children import children
from tests.kit.sheets.test_notations import OPEN_DOCUMENT

MONTH = {"month": "2026-09"}
VILLAGE = "990121100201"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Alone(Front):
    """The front door without the services behind it: what cannot be read never gets to them."""

    async def settle(self, timeout: float = 60, *, auth: httpx.Auth) -> None:
        pass


@pytest.fixture
def front(tmp_path: Path) -> Front:
    installation = Installation(tmp_path / "house", fast=True)
    installation.found_county(COUNTY)
    return Alone(installation, "http://proxy.invalid")


@asynccontextmanager
async def sender(front: Front, role: Role = Role.VILLAGE_CLERK) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of this role at the front door."""
    place = VILLAGE if role is Role.VILLAGE_CLERK else COUNTY
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=make_front(front)),
        base_url="http://front",
        headers=told(front, actor(role, place)),
    ) as client:
        yield client


def a_cell_at_the_end(path: Path) -> None:
    """Five kilobytes that claim 1,048,576 rows of 16,384 columns."""
    book = Workbook()
    book.active.append(["户编号", "姓名"])
    book.active["XFD1048576"] = "甲"
    book.save(path)


def a_bomb(path: Path) -> None:
    """Some megabytes that are 1.2 GB of XML: one text."""
    Workbook().save(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        sheet.write(f'<worksheet xmlns="{SHEET}"><sheetData><row r="1">'.encode())
        sheet.write(b'<c r="A1" t="inlineStr"><is><t>')
        for _ in range(72):
            sheet.write(b"a" * (1 << 24))
        sheet.write(b"</t></is></c></row></sheetData></worksheet>")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_cell_at_the_end, "一直写到第1048576行、第16384列（XFD列）"),
        (a_bomb, "里有一行的内容太多。请删去多余的内容"),
    ],
)
def test_g_01_a_hostile_workbook_is_refused_and_others_are_answered_meanwhile(
    front: Front, tmp_path: Path, make: Callable[[Path], None], said: str
):
    make(tmp_path / "bomb.xlsx")
    upload = (tmp_path / "bomb.xlsx").read_bytes()

    async def run() -> tuple[list[dict], int]:
        async with sender(front) as client:
            files = [("files", ("名单.xlsx", upload))]
            taken = asyncio.create_task(
                client.post("/front/api/imports", files=files, data=MONTH, timeout=300)
            )
            answered = 0
            while not taken.done():
                answer = await client.get("/imports")
                answered += answer.status_code == 200 and bool(children())
                await asyncio.sleep(0.01)
            return (await taken).json(), answered

    reports, answered = asyncio.run(run())
    [sheet] = reports[0]["sheets"]
    assert sheet["kind"] == "unreadable"
    assert sheet["not_taken"]
    assert sheet["notes"][0].startswith("“名单.xlsx”")
    assert said in sheet["notes"][0]
    assert answered
    assert not children()


@pytest.mark.parametrize("role", [role for role in KIND_OF if role not in SENDERS])
def test_g_01_the_role_is_asked_before_a_byte_is_read(front: Front, role: Role):
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x"

    async def run() -> list[httpx.Response]:
        async with sender(front, role) as client:
            kind = {"content-type": "multipart/form-data; boundary=B"}
            return [
                await client.post("/front/api/imports", content=body(), headers=kind),
                await client.post("/imports", content=body(), headers=kind),
                await client.get("/imports"),
                await client.get("/imports/marked/a.xlsx"),
            ]

    answers = asyncio.run(run())
    assert {answer.status_code for answer in answers} == {403}
    assert "可以导入表格；您是" in answers[0].json()["detail"]
    assert not read
    assert not children()


def test_g_01_only_who_keeps_a_register_has_ten_minutes():
    """60 s of processor time for a clerk's sheet."""
    assert (READING.cpu, READING_REGISTER.cpu, READING.memory) == (60, 600, 1 << 30)
    assert set(REGISTRARS) < set(SENDERS)
    assert Role.VILLAGE_CLERK not in REGISTRARS


def reports_of(front: Front, *names: str) -> list[dict]:
    """What becomes of files with these names in which there is nothing."""
    parts = [("month", "2026-09"), *((f'files"; filename="{name}', "nothing") for name in names)]
    said = [f'--B\r\ncontent-disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts]
    body, kind = "".join([*said, "--B--\r\n"]).encode(), "multipart/form-data; boundary=B"

    async def run() -> list[dict]:
        async with sender(front) as client:
            answer = await client.post(
                "/front/api/imports", content=body, headers={"content-type": kind}
            )
            assert answer.status_code == 200, answer.text
            return answer.json()

    return asyncio.run(run())


def test_g_12_a_name_that_no_file_can_have_is_mended(front: Front):
    found = [one["file"] for one in reports_of(front, "名单.x\0ls", "/", "..")]
    assert found == ["名单.xls", "1.xlsx", ".."]


def test_files_of_one_name_have_reports_of_their_own(front: Front):
    found = [one["file"] for one in reports_of(front, "名单.xlsx", "名单(2).xlsx", "名单.xlsx")]
    assert found == ["名单.xlsx", "名单(2).xlsx", "名单(3).xlsx"]


def test_the_files_of_one_import_have_so_much_of_the_disk_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each may unpack to half a gigabyte, and lies there until all are handed over."""
    monkeypatch.setattr(importer, "TOGETHER", 3_000)
    book = Workbook()
    book.active.append(["区划代码", "级别", "名称", "上级代码"])
    for _ in range(20):
        book.active.append(["甲" * 30])
    book.save(tmp_path / "a.xlsx")
    paths = [(tmp_path / "a.xlsx", name) for name in ("a.xlsx", "b.xlsx")]
    kinds = [kind for service in every_service() for kind in service.sheets]

    async def nothing() -> None:
        pass

    async def run() -> list[importer.FileReport]:
        def closed(request: httpx.Request) -> httpx.Response:
            return httpx.Response(403, json={"detail": "不收"})

        client = httpx.AsyncClient(
            transport=httpx.MockTransport(closed), base_url="http://village.invalid"
        )
        desk = importer.ImportDoors(
            client, nothing, lambda _: None, lambda: COUNTY, Silent(), "2026-09"
        )
        order = importer.ImportRequest("2026-09")
        taken = importer.take_files(paths, kinds, desk, order, tmp_path)
        return [report async for report in taken]

    first, second = [report.sheets[0].notes[0] for report in asyncio.run(run())]
    assert first == "不收"
    assert second.startswith("“b.xlsx”里的工作表“Sheet”一直写到第21行、第4列（D列），内容太多")


def test_f_26_a_thousand_files_of_a_folder_go_in_at_once(tmp_path: Path):
    for number in range(1000):
        (tmp_path / f"{number}.XLSX").touch()
    workbooks, others = gathered([tmp_path])
    assert (len(workbooks), others) == (1000, [])
    (tmp_path / "1000.et").touch()
    with pytest.raises(Refused, match="一次最多导入1000个文件，这里有1001个"):
        gathered([tmp_path])


def tables(path: Path, count: int, text: str) -> bytes:
    """Some kilobytes of an open document: as many sheets, each with a wide row of this text."""
    cell = f'<table:table-cell table:number-columns-repeated="200"><text:p>{text}</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="15">{cell}</table:table-row>'
    sheets = "".join(f'<table:table table:name="{n}">{row}</table:table>' for n in range(count))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", OPEN_DOCUMENT % sheets)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("count", "text", "said"),
    [
        (501, "甲", [("unreadable", "“名单.ods”里的工作表超过500张。请拆成几个文件后重新上传。")]),
        (20, "甲", [("unknown", importer.UNKNOWN)] * 20),
        (20, "<text:s/>", [("blank", importer.NOTHING)]),
    ],
)
def test_g_01_what_was_read_is_looked_at_in_turn_and_beside_the_loop(
    front: Front,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    text: str,
    said: list[tuple[str, str]],
):
    """Whose sheets they are is asked of each of them: meanwhile others are answered."""
    threads, recognised = list[threading.Thread](), importer.recognised

    def watched(*args):  # type: ignore[no-untyped-def]
        threads.append(threading.current_thread())
        return recognised(*args)

    monkeypatch.setattr(importer, "recognised", watched)
    upload = tables(tmp_path / "a.ods", count, text)

    async def run() -> list[dict]:
        async with sender(front) as client:
            files = [("files", ("名单.ods", upload))]
            answer = await client.post("/front/api/imports", files=files, data=MONTH, timeout=300)
            return answer.json()[0]["sheets"]

    sheets = asyncio.run(run())
    assert [(sheet["kind"], sheet["notes"][0]) for sheet in sheets] == said
    assert len(threads) == (count if count < 500 else 0)
    assert threading.main_thread() not in threads
