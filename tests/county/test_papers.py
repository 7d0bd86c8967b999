"""The county's letters and workbooks say what is so, in the form of official documents (D16)."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import Role, Stratum
from services.county.agenda import commands as agenda_commands
from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin.documents import of_bulletin, tables_of_bulletin
from services.county.bulletin.models import Bulletin
from services.county.bulletin.rules import demands
from services.county.ledger import commands as ledger_commands
from services.county.ledger import queries as ledger_queries
from services.county.ledger.forms import LedgerFilter, MonitoredForm
from services.county.ledger.views import LEDGER
from services.county.meetings.documents import MeetingLetter, of_meeting
from services.county.minutes import commands as minutes_commands
from services.county.minutes.forms import AttendeeForm
from tests.conftest import actor
from tests.county.personas import MONTH, TOWNSHIP, VILLAGE, County, day, visit
from tests.county.test_bulletin import heard
from tests.county.test_bulletin import ledger as monitored
from tests.own_pack import written

CLERK, LEADER = actor(Role.COUNTY_CLERK, name="钱经办"), actor(Role.COUNTY_LEADER, name="赵县长")
HELD, ISSUED = date(2026, 10, 12), date(2026, 10, 12)
OFFICE = """
[documents]
issuer = { value = "守望县防止返贫监测帮扶工作领导小组办公室", source = "本县文件" }
code = { value = "守防返贫办", source = "本县文件" }
copies = { value = ["县委办公室", "县政府办公室"], source = "本县文件" }
place = { value = "县政府第二会议室", source = "本县文件" }
"""


@pytest.fixture
def settled(county, tmp_path) -> County:
    """A county whose pack says how its letters look."""
    packs = (load_pack("default"), written(tmp_path, OFFICE))
    county.sessions.kw["info"]["book"] = Book(state_council(), packs)
    return county


def text_of(content: bytes) -> str:
    return "\n".join(_words(content))


def _words(content: bytes) -> Iterator[str]:
    document = Document(BytesIO(content))
    yield from (paragraph.text for paragraph in document.paragraphs)
    yield from (cell.text for grid in document.tables for row in grid.rows for cell in row.cells)


def issued_bulletin(county: County) -> str:
    heard(county)
    county.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=day(8, 10))
    with county.sessions() as session:
        named = [name.id for name in bulletin_commands.queries.proposed_names(session, MONTH)]
    for name in named:
        county.do(bulletin_commands.approve_name, name, actor=CLERK, on=ISSUED)
    county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    with county.sessions() as session:
        return text_of(of_bulletin(session, MONTH, CLERK).content)


def minutes_of(county: County, **arranged: str) -> str:
    meeting = county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=day(28), **arranged).id
    county.do(agenda_commands.notice_meeting, meeting, actor=CLERK, on=day(8, 10))
    people = [AttendeeForm(unit="县住房和城乡建设局", name="孙某", post="副局长")]
    county.do(minutes_commands.record_attendance, meeting, people, actor=CLERK, on=HELD)
    county.do(minutes_commands.note_rest, meeting, actor=CLERK)
    county.do(minutes_commands.issue_minutes, meeting, actor=LEADER, on=HELD)
    with county.sessions() as session:
        return text_of(of_meeting(session, meeting, MeetingLetter.MINUTES, CLERK, HELD).content)


def test_f_60_minutes_say_where_and_what_once(county):
    text = minutes_of(county, place="县政府二楼会议室", chair="赵县长")
    assert "2026年10月12日，赵县长在县政府二楼会议室主持召开防返贫监测联席会议" in text
    assert "议定：知悉，按原要求办理。" in text
    assert "知悉，按原要求办理）：" not in text
    assert "到会：县住房和城乡建设局孙某（副局长）。" in text
    assert "。。" not in text


def test_f_60_a_place_that_nobody_named_is_a_blank(county):
    text = minutes_of(county)
    assert "另行通知" not in text
    assert re.search(r"在_+主持召开", text)


def test_f_60_the_usual_place_is_the_offices(settled):
    assert "在县政府第二会议室主持召开" in minutes_of(settled)


def test_f_61_an_issued_bulletin_is_an_official_letter(settled):
    minutes = minutes_of(settled)
    bulletin = issued_bulletin(settled)
    for part in (
        "守望县防止返贫监测帮扶工作领导小组办公室文件",
        "各乡镇，各帮扶单位，各行业部门，各督导组：",
        "守望县防止返贫监测帮扶工作领导小组办公室\t2026年10月12日印发",
        "抄送：县委办公室，县政府办公室。",
        "签发：领导小组（授权",
    ):
        assert part in bulletin
    # one running number a year: the notice went out first
    assert "守防返贫办〔2026〕2号" in minutes
    assert "守防返贫办〔2026〕3号" in bulletin


def test_f_61_what_the_office_did_not_set_is_a_blank_to_fill_in(county):
    text = issued_bulletin(county)
    assert "　　　　〔2026〕　　号" in text
    assert "守望县农业农村局文件" in text
    assert re.search("抄送：_+。", text)


def test_f_61_no_cell_holds_two_counts_and_no_date_is_iso(settled):
    text = issued_bulletin(settled)
    assert not re.search(r"\d{4}-\d\d-\d\d(?!\d)", re.sub(r"[A-Z]+-[\d-]+", "", text))
    pairs = re.findall(r"(?<![\d/])\d+/\d+(?![\d/])", text)
    for pair in pairs:  # a ratio stands behind its per cent
        assert re.search(rf"(%|—)\n?（{pair}[人户]?）", text), pair
    assert not re.search(r"\d+/\d+/\d+", text)
    assert "。。" not in text


def test_f_51_the_check_code_stands_in_the_properties(settled):
    """What a program needs is no part of the letter."""
    issued_bulletin(settled)
    with settled.sessions() as session:
        sha256 = session.get(Bulletin, MONTH).sha256
        content = of_bulletin(session, MONTH, CLERK).content
    assert Document(BytesIO(content)).core_properties.comments == f"校验码（SHA-256）：{sha256}"
    text = text_of(content)
    assert sha256 not in text
    assert "校验码" not in text


def test_f_61_an_attachment_without_rows_is_left_out(settled):
    text = issued_bulletin(settled)  # no department had an order, no list had a fault
    listed = text[
        text.index("附件：") : text.index("守望县防止返贫监测帮扶工作领导小组办公室\n2026")
    ]
    assert [line.strip() for line in listed.split("\n") if line.strip()] == [
        "附件：1.监测对象情况表",
        "2.三级监测网络上报情况表",
        "3.口径说明",
    ]
    assert re.findall(r"^附件\d$", text, re.MULTILINE) == ["附件1", "附件2", "附件3"]
    assert "发点球办理情况表" not in text
    assert "要素不全" not in text
    # what has rows is numbered through
    heads = re.findall(r"^（([一二三四五六])）", text[text.index("附件2\n") :], re.MULTILINE)
    assert heads == list("一二三四五六")[: len(heads)]
    assert heads


def test_f_61_households_and_persons_stand_on_lines_of_their_own(settled):
    monitored(settled)
    text = issued_bulletin(settled)
    assert "3879户\n14293人" in text  # in the attachment
    assert "3879户14293人" in text  # in the prose
    assert "关于2026年9月防返贫监测\n三级网络工作情况的通报" in text


def test_f_61_demands_are_made_of_those_who_owe(settled):
    text = issued_bulletin(settled)
    assert (
        "1.未报、迟报的村民小组（1个）、村（1个）、乡镇（1个）、帮扶单位（1个）要查明原因" in text
    )
    assert "有逾期交办单的部门" not in text
    assert demands({"村": 0}, 0) == "1.各级要坚持有情况随时报、无情况零报告，不得瞒报、虚报、谎报。"
    assert demands({"村": 0}, 2).startswith("1.有逾期交办单的部门（2个）要明确专人和完成日期")


def test_f_61_a_responsible_person_is_named_once(settled):
    text = issued_bulletin(settled)
    assert "责任人：第一责任人" not in text


def test_f_61_section_six_is_numbered_once(settled):
    text = issued_bulletin(settled)
    section = text[text.index("六、工作要求") : text.index("附件：")]
    lines = [line for line in section.splitlines()[1:] if line.strip()]
    assert [line[:2] for line in lines] == ["1.", "2."]
    assert not re.search("[一二三]、", section.replace("六、", "", 1))


@pytest.fixture
def ledger(county) -> Worksheet:
    """The exported ledger: 3,879 households, and one of which register and helper know more."""
    monitored(county)
    known = MonitoredForm(
        village=VILLAGE,
        head_name="户主1",
        category=Stratum.MARGINAL,
        persons=3,
        identified_on=date(2026, 5, 1),
        number="H0001",
    )
    county.do(ledger_commands.enter_monitored_households, [known], actor=CLERK)
    county.hear(visit(1, on=day(11)), visit(1, on=day(18)))
    with county.sessions() as session:
        rows = ledger_queries.every(session, CLERK, LedgerFilter())
        answer = LEDGER.export("监测台账", rows, on=day(30))
    return load_workbook(BytesIO(answer.body)).active


def test_f_62_the_ledger_prints_legibly_and_stays_in_sight(ledger):
    setup = ledger.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth) == ("landscape", 9, 1)
    assert ledger.sheet_properties.pageSetUpPr.fitToPage
    wide = sum(ledger.column_dimensions[get_column_letter(n)].width for n in columns(ledger))
    paper = 297 - 25.4 * (ledger.page_margins.left + ledger.page_margins.right)  # mm
    printed = 11 * min(1, paper / (wide * 8 / 96 * 25.4))  # a digit is 8 of 96 pixels an inch wide
    assert printed >= 7
    assert ledger.auto_filter.ref.startswith("A3:")
    assert ledger.freeze_panes == "F4"
    assert ledger.print_title_rows == "$1:$3"


def columns(sheet: Worksheet) -> range:
    return range(1, sheet.max_column + 1)


def test_f_62_a_percentage_is_a_number(settled):
    heard(settled)
    monitored(settled)
    settled.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=day(8, 10))
    with settled.sessions() as session:
        paper = tables_of_bulletin(session, MONTH, CLERK)
    sheet = load_workbook(BytesIO(paper.content)).worksheets[0]
    cell = sheet.cell(sheet.max_row, sheet.max_column)
    assert (cell.value, cell.number_format) == (0.6703, "0.00%")


def test_f_63_the_ledger_has_what_the_county_knows(ledger):
    heads = [cell.value for cell in ledger[3]]
    rows = [dict(zip(heads, row, strict=True)) for row in ledger.iter_rows(4, values_only=True)]
    assert [row["序号"] for row in rows[:3]] == [1, 2, 3]
    row = next(row for row in rows if row["户主姓名"] == "户主1")
    assert (row["组"], row["户类型"]) == ("01", "一般户")
    assert row["最近走访"].date() == day(18)
    assert row["识别时间"].date() == date(2026, 5, 1)
    assert (row["第一责任人"], row["直接责任人"]) == ("未报", "未报")


def test_f_63_responsible_persons_are_named(county):
    from services.county.organisation.models import Responsible

    with county.sessions.begin() as session:
        session.add(Responsible(place_name="河湾镇", post="党委书记", place=TOWNSHIP, name="许某"))
        session.add(Responsible(place_name="石桥村", post="支部书记", place=VILLAGE, name="姜某"))
    county.do(
        ledger_commands.enter_monitored_households,
        [
            MonitoredForm(
                village=VILLAGE,
                head_name="户主1",
                category=Stratum.MARGINAL,
                persons=3,
                identified_on=date(2026, 5, 1),
                number="H0001",
            )
        ],
        actor=CLERK,
    )
    with county.sessions() as session:
        [row] = ledger_queries.every(session, CLERK, LedgerFilter())
    assert (row.first_responsible, row.direct_responsible) == ("党委书记许某", "支部书记姜某")
