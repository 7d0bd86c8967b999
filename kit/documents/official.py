"""Templates of official documents (公文), as GB/T 9704-2012 lays them out (D16).

A4, margins 37/35/28/26 mm, body 仿宋_GB2312 16 pt on 28.95 pt lines, title 方正小标宋 22 pt, headings
黑体 and 楷体, "— 1 —" at the outer foot. A machine without these fonts falls back to its own. What is
written holds jinja tags; `kit.documents.letter` fills them in.
"""

from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as Letter
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

BODY, TITLE, FIRST, SECOND, NUMBER = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LINE = Pt(28.95)


def letter() -> Letter:
    """An empty A4 letter with the styles 正文, 标题 and 一级标题 of GB/T 9704."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    _style(document.styles["Normal"], BODY, 16)
    _style(document.styles["Title"], TITLE, 22)
    _style(document.styles["Heading 1"], FIRST, 16)
    _style(document.styles["Heading 2"], SECOND, 16)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    document.core_properties.author, document.core_properties.title = "", ""
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1)
    return document


def _style(style: ParagraphStyle, font: str, size: float) -> None:
    style.font.name, style.font.size, style.font.bold = font, Pt(size), False
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), font)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)


def _page_number(foot: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 — in 宋体 14 pt, one character from the edge."""
    foot.alignment = side
    for part in ("— ", "PAGE", " —"):
        run = foot.add_run("" if part == "PAGE" else part)
        run.font.size = Pt(14)
        run.font.name = NUMBER
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), NUMBER)
        for kind in ("begin", "PAGE", "end") if part == "PAGE" else ():
            field = OxmlElement("w:instrText" if kind == "PAGE" else "w:fldChar")
            if kind == "PAGE":
                field.text = " PAGE "
            else:
                field.set(qn("w:fldCharType"), kind)
            run._element.append(field)


def title(document: Letter, text: str) -> None:
    line = document.add_paragraph(text, style="Title")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph()


def heading(document: Letter, text: str, level: int = 1) -> None:
    _indent(document.add_paragraph(text, style=f"Heading {level}"))


def text(document: Letter, words: str, *, indent: bool = True, right: bool = False) -> None:
    line = document.add_paragraph(words)
    if right:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(32)
    elif indent:
        _indent(line)


def _indent(line: Paragraph) -> None:
    """Two characters, whatever the font."""
    form = line._element.get_or_add_pPr().get_or_add_ind()
    form.set(qn("w:firstLineChars"), "200")
    form.set(qn("w:firstLine"), "640")


def signed(document: Letter) -> None:
    """The issuing office, and below it the date in Arabic figures."""
    document.add_paragraph()
    text(document, "{{ office }}", right=True)
    text(document, "{{ date }}", right=True)


def table(
    document: Letter, columns: Sequence[tuple[str, str]], rows: str, size: float = 10.5
) -> None:
    """A table whose header row repeats on each page. `columns`: header and cell of each; `rows`: the
    list, of which a cell sees one as `row`.
    """
    grid = document.add_table(rows=4, cols=len(columns))
    grid.style = "Table Grid"
    for index, (head, cell) in enumerate(columns):
        _cell(grid.rows[0].cells[index].paragraphs[0], head, size, bold=True)
        _cell(grid.rows[2].cells[index].paragraphs[0], cell, size)
    _cell(grid.rows[1].cells[0].paragraphs[0], f"{{%tr for row in {rows} %}}", size)
    _cell(grid.rows[3].cells[0].paragraphs[0], "{%tr endfor %}", size)
    repeated = grid.rows[0]._tr.get_or_add_trPr()
    repeated.append(OxmlElement("w:tblHeader"))
    for row in grid.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.add_paragraph()


def _cell(line: Paragraph, words: str, size: float, *, bold: bool = False) -> None:
    run = line.add_run(words)
    run.font.size, run.font.bold = Pt(size), bold
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def loop(document: Letter, expression: str) -> None:
    document.add_paragraph(f"{{%p {expression} %}}")
