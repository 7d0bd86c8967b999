"""The national system's usual headings (A14): an office starts from what it has."""

from datetime import date

import pytest
from sqlmodel import select

from backstop.services import every_service, service_named
from kit.sheets.sheet import Handing, RawSheet, recognise, recognised
from rulebook.ids import make_id
from schemas.codes import RiskCause, Stratum
from services.county.ledger.models import MonitoredHousehold
from tests.conftest import at
from tests.county.personas import VILLAGE
from tests.county.test_verification import CLERK

KINDS = [kind for service in every_service() for kind in service.sheets]
# As the export has them: three heading rows, a heading in any of them, then one row a person.
TITLES = ["监测对象基本信息", None, None, None, None, None, None, "人员信息"]
FIRST = ["县", "乡", "村", "户编号", "户类型", None, None, None, "证件号码", "与户主关系"]
SECOND = [None, None, None, None, None, "监测对象类别", "识别监测时间", "姓名"]
THIRD = [*[None] * 10, "家庭成员联系电话", "风险是否已消除", "消除监测时间", "风险消除方式"]
THIRD += ["致贫/返贫风险1", "劳动技能"]


def number(seq: int) -> str:
    return make_id("990121", date(1970, 1, 1), seq)


def person(household: str, name: str, seq: int, relation: str, *risk: str | None) -> list:
    place = ["守望县", "河湾镇", "石桥村", household]
    of_risk = risk or ("否", None, None, "因病")
    return [
        *place,
        "一般农户",
        "边缘易致贫户",
        "202305",
        name,
        number(seq),
        relation,
        "16000000001",
        *of_risk,
        "普通劳动力",
    ]


@pytest.fixture
def export() -> RawSheet:
    rows = [
        TITLES,
        FIRST,
        SECOND,
        THIRD,
        person("N1", "祝长河", 1, "户主"),
        person("N1", "祝小河", 2, "之子"),
        person("N2", "白石岩", 3, "户主", "是", "202409", "产业帮扶", "因学"),
    ]
    return RawSheet(file="监测对象信息.xlsx", title="监测对象", rows=rows)


def test_a_14_an_export_of_the_national_system_goes_into_register_and_ledger(export):
    """Each heading where the export has it, also above or below the others."""
    owners = {sheet.kind.service: sheet for sheet in recognised(export, KINDS)}
    assert {name: sheet.kind.name for name, sheet in owners.items()} == {
        "village": "households",  # it has fewer than half of the export's columns
        "county": "monitored",
    }
    assert [row.number for row in owners["county"].rows()] == [5, 6, 7]


def test_a_14_persons_of_the_export_become_households_of_the_ledger(county, export):
    sheet = recognise(export, service_named("county").sheets)
    how = Handing(actor=CLERK, on=date(2026, 9, 1), now=at(2026, 9, 1), month="2026-09")
    for turn in range(2):
        with county.sessions.begin() as session:
            report = sheet.kind.take(session, sheet, how)
        assert report.refused == []
        assert (report.taken, report.unchanged) == ((2, 0) if turn == 0 else (0, 2))
    with county.sessions() as session:
        rows = session.exec(select(MonitoredHousehold).order_by(MonitoredHousehold.number)).all()
    first, second = rows
    assert (first.number, first.head_name, first.persons) == ("N1", "祝长河", 2)
    assert (first.village, first.category) == (VILLAGE, Stratum.MARGINAL)
    assert (first.identified_on, first.cause) == (date(2023, 5, 1), RiskCause.ILLNESS)
    assert (first.eliminated_on, second.eliminated_on) == (None, date(2024, 9, 1))
    assert (second.eliminated_mode, second.cause) == ("产业帮扶", RiskCause.EDUCATION)
    assert second.id_number == number(3)
