"""The national system's usual headings in the register (A14)."""

from sqlmodel import select

from backstop.services import service_named
from kit.sheets.sheet import Handing, RawSheet, recognise
from schemas.codes import Stratum
from services.village.register.models import Household
from tests.village.personas import MONTH, OFFICE, SHIQIAO, at, on, person

HEADINGS = [
    "县",
    "乡",
    "村",
    "户编号",
    "户类型",
    "姓名",
    "证件号码",
    "性别",
    "与户主关系",
    "健康状况",
    "劳动技能",
    "家庭成员联系电话",
    "人均纯收入（元）",
]


def row(number: str, kind: str, name: str, seq: int, relation: str) -> list[str | None]:
    id_number = str(person(name, seq).id_number)
    place = ["守望县", "河湾镇", "石桥村", number, kind]
    return [*place, name, id_number, None, relation, "健康", "普通劳动力", "16000000001", "9800"]


def test_a_14_a_register_of_the_national_system_is_taken_as_it_is(session):
    rows = [
        ["户信息"],
        HEADINGS,
        row("N1", "一般农户", "祝长河", 601, "户主"),
        row("N1", "一般农户", "祝小河", 602, "之子"),
        row("N2", "脱贫户", "白石岩", 603, "户主"),
    ]
    raw = RawSheet(file="户信息.xlsx", title="户信息", rows=rows)
    sheet = recognise(raw, service_named("village").sheets)
    how = Handing(actor=OFFICE, on=on(1), now=at(1), month=MONTH)
    report = sheet.kind.take(session, sheet, how)
    assert (report.refused, report.taken) == ([], 2)
    assert any("县、人均纯收入（元）" in note for note in report.notes)  # what nobody reads is said
    households = {
        household.number: household
        for household in session.exec(select(Household).where(Household.number.in_(["N1", "N2"])))
    }
    assert (households["N1"].village, households["N1"].size) == (SHIQIAO, 2)
    assert (households["N1"].stratum, households["N2"].stratum) == (
        Stratum.ORDINARY,
        Stratum.EX_POOR,
    )
    assert households["N1"].members[0]["labour"] == "普通劳动力"
