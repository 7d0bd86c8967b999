"""Files that leave: harmless cells, letters."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from kit.documents import Table, document, safe_cell, workbook
from kit.errors import Refused
from schemas.codes import RiskCause


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613", "-2", "@SUM(A1)", "\t=1", "\r=1", "\uff1dHYPERLINK(1)"]
)
def test_a_text_that_begins_like_a_formula_is_harmless(text: str) -> None:
    sheet = load_workbook(BytesIO(workbook([Table("台账", ["备注"], [[text]])])))["台账"]
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
    sheet = load_workbook(BytesIO(workbook([Table("=cmd|' /C calc'!A0", ["=A1"], [])]))).worksheets[
        0
    ]
    assert {sheet["A1"].data_type, sheet["A3"].data_type} == {"s"}


def test_a_table_prints_on_a4_with_its_header_on_every_page() -> None:
    narrow, wide = load_workbook(
        BytesIO(
            workbook(
                [
                    Table("窄表", ["甲"] * 8, [[1] * 8]),
                    Table("宽表", ["甲"] * 9, [[1] * 9], note="单位:户"),
                ]
            )
        )
    ).worksheets
    assert (narrow.page_setup.orientation, wide.page_setup.orientation) == ("portrait", "landscape")
    assert narrow.page_setup.paperSize == 9
    assert narrow.freeze_panes == "A4"
    assert narrow.print_title_rows == "$1:$3"
    assert wide["A2"].value == "单位:户"


def test_two_tables_may_have_one_title() -> None:
    assert (
        len(
            load_workbook(
                BytesIO(workbook([Table("表", ["甲"], []), Table("表", ["甲"], [])]))
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
    again = Document(BytesIO(document(template, values)))
    assert again.paragraphs[0].text == "<河湾镇>&“县”{{ 7*7 }}通报 2026年10月12日 因病"


def test_a_missing_template_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="通知"):
        document(tmp_path / "会议通知.docx", {})
