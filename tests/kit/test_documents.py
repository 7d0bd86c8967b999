"""Files that leave: harmless cells, letters."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from kit.actor import Actor
from kit.assets import FOLDER
from kit.documents import Table, letter, safe_cell, sheets
from kit.documents.leaving import at_the_door, because
from kit.documents.papers import XLSX
from kit.errors import Refused
from schemas.codes import RiskCause, Role
from tests.conftest import COUNTY, at


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613", "-2", "@SUM(A1)", "\t=1", "\r=1", "\uff1dHYPERLINK(1)"]
)
def test_a_text_that_begins_like_a_formula_is_harmless(text: str) -> None:
    sheet = load_workbook(BytesIO(sheets("表", [Table("台账", ["备注"], [[text]])]).content))[
        "台账"
    ]
    cell = sheet["A4"]
    assert cell.data_type == "s"
    assert cell.value == safe_cell(text)
    assert cell.value.startswith("'")


def test_numbers_stay_numbers_and_codes_are_read_as_labels() -> None:
    assert safe_cell(-3) == -3
    assert safe_cell(3.5) == 3.5
    assert safe_cell(None) is None
    assert safe_cell(True) == "是"
    assert safe_cell(RiskCause.ILLNESS) == "因病"
    assert safe_cell(date(2026, 9, 20)) == date(2026, 9, 20)
    assert safe_cell("坏\x00字\x0b符") == "坏字符"


def test_a_title_and_a_header_may_not_be_formulas_either() -> None:
    sheet = load_workbook(
        BytesIO(sheets("表", [Table("=cmd|' /C calc'!A0", ["=A1"], [])]).content)
    ).worksheets[0]
    assert {sheet["A1"].data_type, sheet["A3"].data_type} == {"s"}


def test_every_row_looks_as_the_first() -> None:
    rows = [["石桥村", 4, date(2026, 9, 29)], [date(2026, 10, 8), "白水村", None]]
    table = Table("台账", ["村", "人口", "日期"], rows * 2)
    [sheet] = load_workbook(BytesIO(sheets("表", [table]).content)).worksheets
    head, *body = sheet.iter_rows(min_row=3)
    assert all(cell.font.bold and cell.fill.fgColor.rgb == "00E7ECEA" for cell in head)
    for cell in (cell for row in body for cell in row):
        assert (cell.font.name, cell.font.size, cell.font.bold) == ("宋体", 11, False)
        assert cell.border.left.style == "thin"
        assert cell.alignment.wrap_text
        assert (cell.number_format == "yyyy-mm-dd") == isinstance(cell.value, date)


def test_a_table_prints_on_a4_with_its_header_on_every_page() -> None:
    narrow, wide = load_workbook(
        BytesIO(
            sheets(
                "表",
                [
                    Table("窄表", ["甲"] * 8, [[1] * 8]),
                    Table("宽表", ["甲"] * 9, [[1] * 9], note="单位：户"),
                ],
            ).content
        )
    ).worksheets
    assert (narrow.page_setup.orientation, wide.page_setup.orientation) == ("portrait", "landscape")
    assert narrow.page_setup.paperSize == 9
    assert narrow.freeze_panes == "A4"
    assert narrow.print_title_rows == "$1:$3"
    assert wide["A2"].value == "单位：户"


def test_a_page_number_stands_below_the_rows() -> None:
    [sheet] = load_workbook(BytesIO(sheets("表", [Table("表", ["甲"], [[1]])]).content)).worksheets
    assert sheet.oddFooter.center.text == "— &P —"
    assert sheet.page_margins.footer + 0.3 <= sheet.page_margins.bottom  # inches


def test_f_64_what_is_printed_from_a_page_is_on_a4_without_buttons() -> None:
    style = (FOLDER / "backstop.css").read_text(encoding="utf-8")
    assert "@page { size: A4;" in style
    assert "@page wide { size: A4 landscape;" in style
    assert ".no-print, .no-print * { display: none !important; }" in style
    assert "thead { display: table-header-group; }" in style


def test_a_letters_note_is_in_its_properties(tmp_path: Path) -> None:
    Document().save(tmp_path / "空.docx")
    content = letter(tmp_path / "空.docx", "信", {}, note="校验码").content
    assert Document(BytesIO(content)).core_properties.comments == "校验码"


def test_a_table_is_its_columns() -> None:
    day = date(2026, 9, 20)
    columns = [("年", "year"), ("月历", lambda one: one.isocalendar().week), ("日起", "min.year")]
    table = Table.of("日期", columns, [day], "单位：日")
    assert (table.columns, table.rows, table.note) == (
        ["年", "月历", "日起"],
        [[2026, 38, 1]],
        "单位：日",
    )


def test_a_paper_is_saved_under_its_name() -> None:
    answer = sheets("九月=通报", [Table("表", ["甲"], [[1]])]).answer()
    assert answer.headers["content-disposition"].endswith(
        "''%E4%B9%9D%E6%9C%88%3D%E9%80%9A%E6%8A%A5.xlsx"
    )
    assert answer.media_type == XLSX
    assert load_workbook(BytesIO(answer.body))["表"]["A4"].value == 1


def test_two_tables_may_have_one_title() -> None:
    assert (
        len(
            load_workbook(
                BytesIO(sheets("表", [Table("表", ["甲"], []), Table("表", ["甲"], [])]).content)
            ).sheetnames
        )
        == 2
    )


def test_a_letter_takes_any_text_and_opens_again(tmp_path: Path) -> None:
    blank = Document()
    blank.add_paragraph("{{ place }}通报 {{ on|day }} {{ cause }}")
    template = tmp_path / "通报.docx"
    blank.save(template)
    values = {
        "place": "<河湾镇>&\x00“县”{{ 7*7 }}",
        "on": date(2026, 10, 12),
        "cause": RiskCause.ILLNESS,
    }
    again = Document(BytesIO(letter(template, "信", values).content))
    assert again.paragraphs[0].text == "<河湾镇>&“县”{{ 7*7 }}通报 2026年10月12日 因病"


def test_a_missing_template_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="通知"):
        letter(tmp_path / "会议通知.docx", "会议通知", {})


CLERK = Actor("clerk-7", "赵秀梅", Role.COUNTY_CLERK, COUNTY)


def test_who_when_and_why_stand_in_a_workbook_and_its_properties() -> None:
    with at_the_door(CLERK, at(2026, 9, 1, 9, 5)):
        because("  报市局核对名单 ")
        paper = sheets(
            "表", [Table("甲", ["村"], [["石桥村"]], note="单位：户"), Table("乙", ["村"], [])]
        )
    line = f"导出：{CLERK.label}，2026年9月1日 09:05；用途：报市局核对名单"
    book = load_workbook(BytesIO(paper.content))
    assert [sheet["A2"].value for sheet in book] == [f"单位：户；{line}", line]
    assert book.properties.subject == line
    assert book.properties.lastModifiedBy == CLERK.label
    assert book.properties.keywords == "clerk-7"
    assert book.properties.created == datetime(2026, 9, 1, 1, 5)  # UTC


def test_who_and_when_stand_in_a_letters_properties_and_not_in_its_text(tmp_path: Path) -> None:
    template = tmp_path / "letter.docx"
    document = Document()
    document.add_paragraph("致 {{ place }}")
    document.save(str(template))
    with at_the_door(CLERK, at(2026, 9, 1)):
        paper = letter(template, "函", {"place": "石桥村"}, note="校验值")
    made = Document(BytesIO(paper.content))
    assert [paragraph.text for paragraph in made.paragraphs] == ["致 石桥村"]
    said = made.core_properties
    assert (said.comments, said.subject) == ("校验值", f"导出：{CLERK.label}，2026年9月1日 09:00")


def test_what_a_command_or_a_job_makes_names_nobody() -> None:
    because("没有人在办理")
    book = load_workbook(BytesIO(sheets("表", [Table("甲", ["村"], [])]).content))
    assert book.worksheets[0]["A2"].value is None
    assert book.properties.subject is None
