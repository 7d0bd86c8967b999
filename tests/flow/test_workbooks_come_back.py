"""What leaves as a workbook can come back (F-33): every export and every form is recognised, and no row
that the software itself wrote is refused.
"""

import asyncio
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fastapi.routing import iter_route_contexts

from backstop.services import every_service
from kit.actor import Actor
from kit.documents import Table, sheets
from kit.sheets.sheet import RawSheet, recognised
from rulebook.ids import make_id
from schemas.codes import GapItem, Role
from services.county.bulletin.documents import ALL_TABLES
from tests.conftest import COUNTY, NAMES, at
from tests.flow.conftest import SAMPLES
from tests.helpers.sheets import read_workbook

MONTH, TOWNSHIP, VILLAGE, UNIT = "2026-09", "990121100000", "990121100201", "U001"
CLERK = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
VILLAGE_CLERK = Actor("village-clerk", "吕静", Role.VILLAGE_CLERK, VILLAGE)
UNIT_CLERK = Actor("unit-clerk", "经办人", Role.UNIT_CLERK, UNIT)
OFFICER = Actor("housing", "宋杰", Role.DEPARTMENT_CLERK, "housing")
SUPERVISOR = Actor("d1", "黄刚桂", Role.SUPERVISOR, "D1")
HEAD = Actor("head", "乡镇长", Role.TOWNSHIP_HEAD, TOWNSHIP)
# Every door that lets a workbook out -> who tries it, where; the bulletin's tables have their own test.
EXPORTS = {
    "/village/households.xlsx": (CLERK, "/village/households.xlsx"),
    "/village/villages/{village}/{month}/list.xlsx": (
        VILLAGE_CLERK,
        f"/village/villages/{VILLAGE}/{MONTH}/list.xlsx",
    ),
    "/village/townships/{township}/{month}/list.xlsx": (
        CLERK,
        f"/village/townships/{TOWNSHIP}/{MONTH}/list.xlsx",
    ),
    "/unit/findings.xlsx": (UNIT_CLERK, "/unit/findings.xlsx"),
    "/unit/notices.xlsx": (HEAD, "/unit/notices.xlsx"),
    "/unit/lists/{unit}/{month}/roster.{kind}": (CLERK, f"/unit/lists/{UNIT}/{MONTH}/roster.xlsx"),
    "/unit/months/{month}/units.xlsx": (CLERK, f"/unit/months/{MONTH}/units.xlsx"),
    "/county/cases.xlsx": (CLERK, "/county/cases.xlsx"),
    "/county/months/{month}/export": (CLERK, f"/county/months/{MONTH}/export"),
    "/county/ledger/export": (CLERK, "/county/ledger/export"),
    "/dispatch/orders.xlsx": (CLERK, "/dispatch/orders.xlsx"),
    "/casework/files.xlsx": (CLERK, "/casework/files.xlsx"),
    "/casework/monitored.xlsx": None,  # looks like the ledger, which county still owns
    # Filled in by a department it is its answers: tests/casework/test_comparisons.py.
    "/casework/comparisons/{id}.xlsx": None,
    "/casework/green-channels.xlsx": (CLERK, "/casework/green-channels.xlsx"),
    "/casework/monitored/places.xlsx": (CLERK, "/casework/monitored/places.xlsx"),
    "/casework/takeover.xlsx": (CLERK, "/casework/takeover.xlsx"),
    "/county/handover.xlsx": (CLERK, "/county/handover.xlsx"),
    "/village/key-groups.xlsx": (CLERK, "/village/key-groups.xlsx"),
    "/village/checks.xlsx": (CLERK, "/village/checks.xlsx"),
    "/county/api/bulletins/{month}/bulletin.xlsx": None,
    # What the system says of itself comes back nowhere: the accounts by the form 人员岗位表.
    "/access/accounts.xlsx": None,
    **{f"/{name}/audit.xlsx": None for name in NAMES},
}
FORMS = {  # who hands it in, whose it is
    "village-list": (VILLAGE_CLERK, ""),
    "visits": (UNIT_CLERK, ""),
    "supervision": (SUPERVISOR, ""),
    "replies": (OFFICER, ""),
    "units": (CLERK, ""),
    "assignments": (CLERK, ""),
}
KINDS = [kind for service in every_service() for kind in service.sheets]


def test_f_33_every_door_that_lets_a_workbook_out_is_tried(client):
    doors = {
        context.path
        for name in NAMES
        for context in iter_route_contexts(list(client(name).app.routes))
        if any(end in (context.path or "") for end in (".xlsx", "/export", ".{kind}"))
    }
    assert doors == {*EXPORTS, *(f"/{name}/forms/{{kind}}.xlsx" for name in NAMES)}


@pytest.mark.parametrize("name", sorted(ALL_TABLES))
def test_f_33_a_table_of_the_bulletin_is_known_when_it_comes_back(name, tmp_path):
    path = tmp_path / "通报.xlsx"
    path.write_bytes(sheets("通报", [Table.of("通报", ALL_TABLES[name], [])]).content)
    (raw,) = read_workbook(path)
    assert [sheet.kind.name for sheet in recognised(raw, KINDS)] == [f"bulletin-{name}"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.roles], ids=lambda kind: kind.name)
def test_f_33_every_blank_form_is_recognised_as_what_it_is(kind):
    raw = RawSheet(file="空白表.xlsx", title="表", rows=[[kind.title], [""], list(kind.columns)])
    names = [sheet.kind.name for sheet in recognised(raw, KINDS)]
    # What a national export holds goes into the register and into the ledger (A14).
    assert names == [kind.name] or (kind.name == "national" and kind.name in names)
    assert set(kind.columns) == {*kind.header, *kind.optional} or kind.name == "village-list"
    assert kind.filled is not None


def posts_of_a_village(folder: Path) -> Path:
    """With a telephone and without, for long and for a period, in another's place."""
    book = openpyxl.Workbook()
    for row in (
        ["人员岗位表"],
        ["姓名", "手机号", "岗位", "地方或单位", "起", "止", "代理谁"],
        ["郑试", "16000000021", "村民小组长", f"{VILLAGE}/02", None, None, None],
        ["卫试", None, "村民小组长", f"{VILLAGE}/03", "2026-09-10", None, None],
        ["蒋试", "16000000022", "村文书", VILLAGE, None, "2026-12-31", VILLAGE_CLERK.name],
    ):
        book.active.append(row)
    book.save(folder / "人员岗位表.xlsx")
    return folder / "人员岗位表.xlsx"


async def played(driver, folder: Path) -> None:
    """The samples, two rows of the ledger, one case with an order."""
    await driver.take(CLERK, sorted(SAMPLES.rglob("*.xlsx")), MONTH, submit=True)
    await driver.introduce([VILLAGE_CLERK])
    (posts,) = await driver.take(CLERK, [posts_of_a_village(folder)], MONTH)
    assert [(sheet.taken, sheet.refused) for sheet in posts.sheets] == [(3, [])]
    row = {
        "village": VILLAGE,
        "category": "MARGINAL",
        "persons": 3,
        "identified_on": "2024-03-05",
        "cause": "ILLNESS",
        "phone": "16000000001",
    }
    numbers = [make_id("990121", at(1970, 1, 1).date(), seq) for seq in (901, 902)]
    await driver.post(
        CLERK,
        "/county/api/monitored-households",
        [
            row | {"head_name": "有编号", "number": "M1", "id_number": numbers[0]},
            row
            | {"head_name": "无编号", "id_number": numbers[1], "persons_eliminated": 2}
            | {"eliminated_on": "2025-06-01", "eliminated_mode": "产业帮扶"},
        ],
    )
    reason = {"township": TOWNSHIP, "month": MONTH, "missing_reason": "其余村已电话核实"}
    await driver.post(HEAD, "/village/api/signatures", reason)
    await driver.settle()
    case = (await driver.get(CLERK, "/county/api/cases"))["cases"][0]
    path = f"/county/api/cases/{case['id']}"
    seen = {"on": "2026-09-24", "visitors": "周明远", "met": "户主", "house": "危房"}
    await driver.post(CLERK, f"{path}/visits", seen | {"medical": "无", "income": "无"})
    need = {
        "gap_item": GapItem.HOUSING_UNSAFE.value,
        "question": "是否符合危房改造条件？",
        "department": "housing",
    }
    verified = {"decision": "verified", "primary_cause": "ILLNESS", "needs": [need]}
    await driver.post(CLERK, f"{path}/decision", verified)
    await driver.settle()


async def come_back(driver, folder, who: Actor, path: str, why: dict | None = None) -> list:
    """The reports of what was fetched from there and handed in again, by whoever fetched it; as the
    office where he hands in no workbooks.
    """
    content = await driver.fetch(who, path, why)
    book = openpyxl.load_workbook(BytesIO(content))
    file = folder / f"{book.sheetnames[0]}.xlsx"
    file.write_bytes(content)
    (report,) = await driver.take(who if who is not HEAD else CLERK, [file], MONTH)
    assert len({sheet.title for sheet in report.sheets}) == len(book.sheetnames), path
    return report.sheets


def test_f_33_what_leaves_as_a_workbook_comes_back_without_a_refusal(open_driver, tmp_path):
    async def run():
        async with open_driver(at(2026, 9, 24, 10)) as driver:
            await played(driver, tmp_path)
            seen = {}
            for door, way in EXPORTS.items():
                if way:
                    seen[door] = await come_back(driver, tmp_path, *way)
            ledger = await driver.get(CLERK, "/county/api/ledger")
            for kind in (kind for kind in KINDS if kind.roles):
                who, place = FORMS.get(kind.name, (CLERK, ""))
                base = f"/{kind.service}/forms/{kind.name}.xlsx?month={MONTH}"
                seen[f"{kind.name} blank"] = await come_back(driver, tmp_path, who, base)
                filled = f"{base}&filled=true&place={place}"
                why = {"purpose": "COMPARE"} if kind.asks_purpose else None
                seen[f"{kind.name} filled"] = await come_back(driver, tmp_path, who, filled, why)
            return seen, ledger, await driver.get(CLERK, "/county/api/ledger")

    seen, before, after = asyncio.run(run())
    for what, reports in seen.items():
        for sheet in reports:
            notes = "；".join(sheet.notes)
            assert sheet.refused == [], (what, sheet.refused[:3])
            assert sheet.kind not in ("unknown", "unreadable"), (what, notes)
            assert sheet.taken == 0, (what, sheet.taken, notes)
            assert "没有导入：" not in notes.replace("这些列本系统不认识，没有导入：", ""), (
                what,
                notes,
            )
    (ledger,) = seen["/county/ledger/export"]
    assert (ledger.kind, ledger.unchanged) == ("monitored", before["total"])
    assert after == before
    for name in (
        "village-list",
        "visits",
        "households",
        "groups",
        "monitored",
        "assignments",
        "posts",
    ):
        assert any(sheet.unchanged or sheet.notes for sheet in seen[f"{name} filled"]), name
