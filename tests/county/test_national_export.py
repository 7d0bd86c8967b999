"""A whole export of the national system at the ledger: of whom it takes, and when it takes nothing (A14)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit.sheets.sheet import Handing, RawSheet, SheetReport, recognise
from rulebook.national import rows
from schemas.codes import Level
from schemas.village import DivisionNamed
from services.county.ledger.models import MonitoredHousehold
from tests.conftest import at
from tests.county.personas import COUNTY as CODE
from tests.county.test_verification import CLERK
from tests.helpers.national import COUNTY, TOWNSHIPS, YEAR, invented_county


@pytest.fixture
def named(county):
    """The invented county's townships and villages are known here."""
    places = [(CODE, Level.COUNTY, COUNTY, None)]
    for at_, (township, villages) in enumerate(TOWNSHIPS.items()):
        code = f"99012130{at_}000"
        places.append((code, Level.TOWNSHIP, township, CODE))
        places += [
            (f"99012130{at_}20{seq}", Level.VILLAGE, name, code)
            for seq, name in enumerate(villages)
        ]
    for division, level, name, parent in places:
        county.hear(DivisionNamed(division=division, level=level, name=name, parent=parent))
    return county


def drop(county, households, year=YEAR, without="") -> SheetReport:
    lines = [list(line) for line in rows(households, county=households[0].county, year=year)]
    if without:
        gone = lines[2].index(without)
        lines = [line[:gone] + line[gone + 1 :] for line in lines]
    raw = RawSheet(file="监测对象信息.xlsx", title="Sheet1", rows=lines)
    sheet = recognise(raw, service_named("county").sheets)
    how = Handing(actor=CLERK, on=date(2026, 9, 18), now=at(2026, 9, 18), month="2026-09")
    with county.sessions.begin() as session:
        return sheet.kind.take(session, sheet, how)


def ledger(county) -> set[str]:
    with county.sessions() as session:
        return set(session.exec(select(MonitoredHousehold.number)).all())


def test_who_is_not_monitored_is_no_row_of_the_ledger(named):
    households = invented_county(60)
    monitored = {one.number for one in households if one.monitored}
    assert 0 < len(monitored) < 60
    report = drop(named, households)
    assert [cell for cell in report.refused if cell.name == "监测对象类别"] == []
    assert ledger(named) <= monitored


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"other": "邻县"}, "整张表没有导入"),
        ({"year": YEAR - 1}, f"这是{YEAR - 1}年的导出"),
        ({"without": "住房面积"}, "缺少1列：住房面积"),
    ],
)
def test_what_the_register_refuses_whole_the_ledger_does_too(named, how, said):
    households = invented_county(20)
    if other := how.pop("other", None):
        households = [replace(one, county=other) for one in households]
    before = ledger(named)
    report = drop(named, households, **how)
    assert report.not_taken
    assert any(said in note for note in report.notes)
    assert ledger(named) == before
