"""The letters' templates: GB/T 9704 (D16), reproducible, and an office may edit them."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Letter
from docx.oxml.ns import qn
from docx.shared import Pt

from services.county.documents import TEMPLATES

FOLDER = TEMPLATES
NAMES = ("agenda", "annex", "bulletin", "minutes", "notice")


def maker():
    spec = spec_from_file_location("make_templates", FOLDER / "make_templates.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(letter: Letter) -> list[str]:
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in letter.paragraphs] + cells


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_what_its_script_makes(name: str, tmp_path: Path):
    made = tmp_path / f"{name}.docx"
    maker().LETTERS[name]().save(str(made))
    assert words(Document(str(made))) == words(Document(str(FOLDER / f"{name}.docx")))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_laid_out_as_an_official_document(name: str):
    letter = Document(str(FOLDER / f"{name}.docx"))
    (section,) = letter.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [
        round(side.mm)
        for side in (
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
    ] == [37, 35, 28, 26]
    normal = letter.styles["Normal"]
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert normal.font.size == Pt(16)
    assert normal.paragraph_format.line_spacing == Pt(28.95)
    assert letter.styles["Title"].font.size == Pt(22)
    for foot in (section.footer, section.even_page_footer):
        assert " PAGE " in foot._element.xml  # — 1 —
    for table in letter.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None  # repeated on every page
        assert len(table.columns) <= 8  # more would need landscape
