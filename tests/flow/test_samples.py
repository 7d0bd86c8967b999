"""Workbooks as offices send them, through the door and all four services: what becomes of each row,
and of the county.

The clock stands at 24 September 2026: units and supervision are in time, village lists late by
receipt.
"""

import asyncio
import shutil

import openpyxl
import pytest

from kit.actor import Actor
from schemas.codes import Role
from tests.conftest import COUNTY, at
from tests.flow.conftest import SAMPLES

CLERK = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
MONTH = "2026-09"
VILLAGES = {
    "石桥村": "990121100201",
    "柳树村": "990121100202",
    "上坝村": "990121100203",
    "东沟村": "990121100204",
    "云台村": "990121200201",
    "马家村": "990121200202",
    "白水村": "990121200203",
}


def sheet_of(reports, file: str):
    return next(
        sheet for report in reports if report.file.startswith(file) for sheet in report.sheets
    )


def refused(sheet) -> dict[int, set[str]]:
    """Row of the list (序号) -> columns refused."""
    found: dict[int, set[str]] = {}
    for cell in sheet.refused:
        found.setdefault(cell.row - 3, set()).add(cell.name)
    return found


@pytest.fixture
def imported(open_driver, tmp_path):
    """Play the import once and hand over what the county then knows."""

    async def run():
        async with open_driver(at(2026, 9, 24, 10)) as driver:
            paths = sorted(
                SAMPLES.rglob("*.xlsx"), reverse=True
            )  # lists before the register they refer to
            first = await driver.take(CLERK, paths, MONTH, submit=True)
            known = {
                "village": await driver.get(CLERK, f"/village/api/months/{MONTH}"),
                "cases": await driver.get(CLERK, "/county/api/cases", month=MONTH),
                "candidates": await driver.get(CLERK, "/county/api/candidates"),
            }
            known["chen"] = [
                await driver.get(CLERK, f"/county/api/cases/{case['id']}")
                for case in known["cases"]["cases"]
                if case["head_name"] == "陈红梅"
            ]
            marked = next(report.marked for report in first if report.file.startswith("马家村"))
            copy = tmp_path / "marked.xlsx"
            shutil.copy(marked, copy)
            second = await driver.take(CLERK, paths, MONTH, submit=True)
            known["again"] = {
                "cases": await driver.get(CLERK, "/county/api/cases", month=MONTH),
                "candidates": await driver.get(CLERK, "/county/api/candidates"),
                "village": await driver.get(CLERK, f"/village/api/months/{MONTH}"),
            }
            return first, second, known, copy

    return asyncio.run(run())


def test_the_table_of_the_sample_folder(imported):
    first, second, known, marked = imported

    # good files are taken whole
    for report in first:
        for sheet in report.sheets:
            if not report.file.startswith("马家村"):
                assert sheet.refused == [], (report.file, sheet.refused)
    assert sheet_of(first, "department-reply").notes == ["空白表，已跳过"]

    # the twelve rows of 马家村
    majia = sheet_of(first, "马家村")
    assert majia.taken == 3
    assert refused(majia) == {
        3: {"易返贫（致贫）原因"},
        4: {"身份证号码"},
        5: {"身份证号码"},
        6: {"风险点"},
        7: {"家庭人口"},
        8: {"联系电话"},
        9: {"身份证号码"},
        10: {"组别"},
        11: {"身份证号码"},
    }
    assert not majia.submitted
    lost = next(cell for cell in majia.refused if cell.row == 8)
    assert "您是不是指" in lost.reason
    coloured = {
        row[0].row - 3
        for row in openpyxl.load_workbook(marked).active.iter_rows()
        if any(cell.comment for cell in row)
    }
    assert coloured == set(range(3, 12))

    # who reported, and when
    states = {
        one["code"]: (one["timeliness"], one["content"]) for one in known["village"]["villages"]
    }
    assert states[VILLAGES["上坝村"]] == ("late", "nil")
    assert states[VILLAGES["白水村"]][0] == "waiting"  # its day passed before the month was opened
    assert states[VILLAGES["马家村"]] == ("waiting", "draft")
    for name in ("石桥村", "柳树村", "东沟村", "云台村"):
        assert states[VILLAGES[name]] == ("late", "findings"), name

    # one household, three tiers, three causes: one case (GT-17, GT-27)
    assert len(known["chen"]) == 1
    sources = known["chen"][0]["sources"]
    assert {source["tier"] for source in sources} == {"VILLAGE", "UNIT", "COUNTY"}
    assert {source["causes"][0] for source in sources} == {
        "EDUCATION",
        "ILLNESS",
        "NATURAL_DISASTER",
    }

    # candidates, never verdicts (B-35)
    found = {(one["head_name"], one["tier"], one["ask_first"]) for one in known["candidates"]}
    assert found == {
        ("郑燕桂", "VILLAGE", False),
        ("于燕建", "VILLAGE", False),
        ("彭燕成", "VILLAGE", False),
        ("袁军", "VILLAGE", False),
        ("曾福玉", "VILLAGE", True),
        ("李军贵", "UNIT", True),
    }

    # the same files again change nothing
    for report in second:
        assert [(sheet.title, sheet.taken) for sheet in report.sheets if sheet.taken] == [], (
            report.file
        )
    assert known["again"]["cases"]["total"] == known["cases"]["total"]
    assert {(one["id"]) for one in known["again"]["candidates"]} == {
        (one["id"]) for one in known["candidates"]
    }
    assert known["again"]["village"] == known["village"]
