"""The letters' templates: GB/T 9704 (D16), reproducible, and an office may edit them."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Letter
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import serialize_for_reading
from docx.shared import Pt

from kit.documents.official import letter as official_letter
from kit.documents.official import text_width
from kit.documents.tables import Col, table
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
    for grid in letter.tables:
        assert grid.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None  # repeated on every page
        assert len(grid.columns) <= 8  # more would need landscape
        widths = [column.width for column in grid.columns]
        assert abs(sum(widths) - text_width(letter)) < Pt(2)
        if len(widths) > 2:
            assert len(set(widths)) > 1  # by what stands in them (F-61)


@pytest.mark.parametrize("name", ["bulletin", "notice", "minutes"])
def test_f_61_an_official_letter_has_head_and_foot(name: str):
    """文号 and 签发人 above, 成文日期 and 印发 below; 主送 where somebody is written to."""
    text = "\n".join(words(Document(str(FOLDER / f"{name}.docx"))))
    for part in (
        "{{ number }}",
        "签发人：",
        "{{ issuer }}",
        "{{ date }}印发",
        "抄送：{{ copies }}。",
    ):
        assert part in text
    if name == "bulletin":
        assert "{{ recipients }}：" in text


def test_d16_a_table_of_more_than_eight_columns_needs_a_landscape_page():
    columns = [Col("甲", "{{ row }}")] * 9
    with pytest.raises(ValueError, match="landscape"):
        table(official_letter(), columns, "rows")
    table(official_letter(landscape=True), columns, "rows")


@pytest.mark.parametrize("name", ["bulletin", "notice", "minutes"])
def test_d16_the_colophon_stands_at_the_foot_of_the_last_page(name: str):
    """In a text frame at the bottom of the type area, as wide as it; text keeps away from it."""
    letter = Document(str(FOLDER / f"{name}.docx"))
    lines = [line for line in letter.paragraphs if not line.text.startswith("{%p")]
    frames = [line._element.find(f".//{qn('w:framePr')}") for line in lines]
    framed = [line for line, frame in zip(lines, frames, strict=True) if frame is not None]
    assert framed == lines[-len(framed) - 1 : -1]
    [place] = map(dict, {tuple(frame.attrib.items()) for frame in frames if frame is not None})
    assert place[qn("w:vAnchor")] == place[qn("w:hAnchor")] == "margin"
    assert place[qn("w:yAlign")] == "bottom"
    assert place[qn("w:wrap")] == "around"
    assert int(place[qn("w:w")]) == text_width(letter).twips
    # LibreOffice moves it only if all its paragraphs have the same lines
    borders = [serialize_for_reading(line._element.pPr.find(qn("w:pBdr"))) for line in framed]
    assert len({str(line) for line in borders}) == 1
    assert any(line.text.startswith("　抄送：") for line in framed)
    assert framed[-1].text.endswith("印发{% else %}送审稿{% endif %}")


@pytest.mark.parametrize("name", NAMES)
def test_d16_twenty_two_lines_fit_on_a_page(name: str):
    """No line is held back, and the page number leaves the type area alone."""
    letter = Document(str(FOLDER / f"{name}.docx"))
    (section,) = letter.sections
    height = section.page_height - section.top_margin - section.bottom_margin
    assert height >= 22 * Pt(28.95)
    assert letter.styles["Normal"].paragraph_format.widow_control is False
    for foot in (section.footer, section.even_page_footer):
        number = foot.paragraphs[0].paragraph_format.line_spacing
        assert section.footer_distance + number <= section.bottom_margin
    languages = {
        language.get(qn("w:eastAsia")) for language in letter.styles.element.iter(qn("w:lang"))
    }
    assert languages == {"zh-CN"}
