"""Cases of an invented county, over the real doors: what one list does to a village and to the county.

The clock stands at 28 November 2026; the workbooks lie below `cases`, a folder a case.
"""

import asyncio

from kit.actor import Actor
from kit.messaging import dead_letters
from schemas.codes import DirectoryKind, Role
from tests.conftest import at
from tests.flow.test_case_folders import CASES

COUNTY, TOWNSHIP, MONTH = "990321000000", "990321100000", "2026-11"
YUNSHUI, SONGGANG = "990321100201", "990321100202"
CLERK = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
HEAD = Actor("head", "乡镇长", Role.TOWNSHIP_HEAD, TOWNSHIP)
UNIT_HEAD = Actor("unit-head", "馆长", Role.UNIT_HEAD, "W02")


def file(start: str):
    """By its folder and the beginning of its name."""
    (path,) = CASES.glob(f"{start}*.xlsx")
    return path


async def take(driver, *starts: str, submit: bool = True):
    """The reports of the files' only sheets."""
    reports = await driver.take(CLERK, map(file, starts), MONTH, submit=submit)
    return [sheet for report in reports for sheet in report.sheets]


async def county_of_november(driver):
    await take(driver, "00/organisation", "00/households", submit=False)


async def sign(driver):
    await driver.post(
        HEAD,
        "/village/api/signatures",
        {"township": TOWNSHIP, "month": MONTH, "missing_reason": "其余村已电话核实"},
    )
    await driver.settle()


async def buried(driver) -> int:
    found = 0
    for runtime in driver.application.runtimes.values():
        with runtime.sessions() as session:
            found += len(dead_letters.waiting(session))
    return found


def test_case_03_f_04_one_id_number_is_one_household_and_one_case(open_driver):
    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await county_of_november(driver)
            (recoded,) = await take(driver, "03/households")
            assert recoded.taken == 0
            assert "K0006" in recoded.refused[0].reason
            for _ in range(2):  # the same files again change nothing
                listed, visits = await take(driver, "03/松岗村", "03/县文化馆")
                assert (listed.refused, visits.refused) == ([], [])
                await driver.settle()
            await sign(driver)
            await driver.post(UNIT_HEAD, f"/unit/api/lists/W02/{MONTH}/signature", {})
            await driver.settle()
            found = await driver.get(CLERK, "/county/api/cases", q="祝长河")
            assert found["total"] == 1
            case = await driver.get(CLERK, f"/county/api/cases/{found['cases'][0]['id']}")
            assert {source["tier"] for source in case["sources"]} == {"VILLAGE", "UNIT"}

    asyncio.run(run())


def test_case_04_f_21_a_long_cell_is_refused_and_holds_nothing_back(open_driver):
    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await county_of_november(driver)
            for _ in range(2):
                (long,) = await take(driver, "04/1")
                assert [(cell.name, cell.reason) for cell in long.refused] == [
                    ("备注", "太长，最多500字")
                ]
                assert not long.submitted
            (later,) = await take(driver, "04/2")
            assert (later.submitted, later.refused) == (True, [])
            (team,) = await take(driver, "04/3")
            assert [(cell.name, cell.reason) for cell in team.refused] == [
                ("发现问题", "太长，最多500字")
            ]
            await sign(driver)
            assert (await driver.get(CLERK, "/county/api/cases"))["total"] == 1
            assert await buried(driver) == 0

    asyncio.run(run())


def test_case_06_f_22_a_list_of_420_households_arrives_whole(open_driver):
    async def run():
        async with open_driver(at(2026, 11, 28, 10)) as driver:
            await county_of_november(driver)
            (drafted,) = await take(driver, "06/", submit=False)
            assert (drafted.taken, drafted.refused) == (420, [])
            clerk = Actor("songgang", "龚正平", Role.VILLAGE_CLERK, SONGGANG)
            sent = await driver.post(
                clerk, "/village/api/lists", {"village": SONGGANG, "month": MONTH}
            )
            assert sent["supplement"] == 0
            await driver.settle()
            await sign(driver)
            assert (await driver.get(CLERK, "/county/api/cases"))["total"] == 420
            month = await driver.get(CLERK, f"/county/api/months/{MONTH}")
            rows = [row for tier in month["tiers"] for row in tier["reporters"]]
            (village,) = [row for row in rows if row["code"] == SONGGANG]
            assert (village["findings"], village["supplements"]) == (420, 0)
            (again,) = await take(driver, "06/")
            assert (again.taken, again.unchanged, again.refused) == (0, 420, [])
            assert await buried(driver) == 0

    asyncio.run(run())


def test_case_25_f_15_a_merged_group_is_expected_no_longer(open_driver):
    async def run():
        async with open_driver(at(2026, 10, 20, 10)) as driver:
            await driver.take(
                CLERK, [file("00/organisation"), file("00/households")], "2026-10", submit=False
            )
            await driver.post(
                CLERK,
                "/village/api/closings",
                {
                    "kind": DirectoryKind.GROUP,
                    "code": f"{YUNSHUI}/02",
                    "last_month": "2026-10",
                    "successor": f"{YUNSHUI}/01",
                    "reason": "两组合并",
                },
            )
            await driver.at(at(2026, 11, 2).date())
            (groups,) = await take(driver, "25/", submit=False)
            assert groups.refused == []
            month = await driver.get(CLERK, f"/village/api/months/{MONTH}")
            assert f"{YUNSHUI}/02" not in {row["code"] for row in month["groups"]}
            assert f"{YUNSHUI}/01" in {row["code"] for row in month["groups"]}

    asyncio.run(run())
