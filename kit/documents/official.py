"""Templates of official documents (公文), as GB/T 9704-2012 lays them out (D16).

A4, margins 37/35/28/26 mm, body 仿宋_GB2312 16 pt on 28.95 pt lines, title 方正小标宋 22 pt, headings
黑体 and 楷体, "— 1 —" at the outer foot. A machine without these fonts takes the substitutes that the
file names. What is written holds jinja tags; `kit.documents.letter` fills them in. Tables:
`kit.documents.tables`.
"""

from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Letter
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, TITLE, FIRST, SECOND, NUMBER = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
SUBSTITUTES = {BODY: "仿宋", TITLE: "华文中宋", SECOND: "楷体", FIRST: "SimHei", NUMBER: "SimSun"}
LINE = Pt(28.95)
SIZE = 16  # of a character in the body, in points
SMALL = 14  # in the 版记
IN_A_LINE = 14  # characters of the red head
IN_A_COLOPHON = 17  # characters of the issuer beside the date
RED = RGBColor(0xFF, 0, 0)


def letter(*, landscape: bool = False) -> Letter:
    """An empty A4 letter with the styles 正文, 标题, 一级标题 and 二级标题 of GB/T 9704."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    if landscape:  # the page turned left: what was its top is its left side
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(37), Mm(35)
    section.footer_distance = Mm(16 if landscape else 25)
    _style(document.styles["Normal"], BODY, SIZE)
    # 22 lines a page: none is held back for its paragraph's sake
    document.styles["Normal"].paragraph_format.widow_control = False
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # which shapes its signs have
    # 28 characters of 16 pt are a little wider than the 156 mm of a line
    narrowed = document.styles["Normal"].element.rPr
    narrowed.insert_element_before(_element("spacing", val=-5), "w:w", "w:kern", "w:sz", "w:szCs")
    _style(document.styles["Title"], TITLE, 22)
    _style(document.styles["Heading 1"], FIRST, SIZE)
    _style(document.styles["Heading 2"], SECOND, SIZE)
    _name_substitutes(document)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    document.core_properties.author, document.core_properties.title = "", ""
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1)
    return document


def text_width(document: Letter) -> Length:
    """Between the margins."""
    section = document.sections[-1]
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    return Length((section.page_width or 0) - margins)


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


def _name_substitutes(document: Letter) -> None:
    """Which font stands for an official one that a machine has not."""
    [table] = [
        part
        for part in document.part.package.iter_parts()
        if part.partname.endswith("fontTable.xml")
    ]
    names = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for font, other in SUBSTITUTES.items()
    )
    table._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w='
        f'"http://schemas.openxmlformats.org/wordprocessingml/2006/main">{names}</w:fonts>'
    ).encode()


def written(run: Run, font: str, size: float) -> Run:
    """The run in a font and size of its own."""
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _page_number(foot: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 — in 宋体 14 pt, one character from the edge, 7 mm below the type area."""
    foot.alignment = side
    form = foot.paragraph_format
    form.left_indent = form.right_indent = Pt(14)
    form.line_spacing = Pt(18)  # of a whole line it would take one from the text
    for part in ("— ", "PAGE", " —"):
        run = written(foot.add_run("" if part == "PAGE" else part), NUMBER, 14)
        for kind in ("begin", "PAGE", "end") if part == "PAGE" else ():
            field = OxmlElement("w:instrText" if kind == "PAGE" else "w:fldChar")
            if kind == "PAGE":
                field.text = " PAGE "
            else:
                field.set(qn("w:fldCharType"), kind)
            run._element.append(field)


def head(document: Letter, mark: str = "") -> None:
    """Red head: whose letter it is (发文机关标志), its number (发文字号) and who signed it (签发人).
    `mark`: another one than the office's; a long name is narrowed into its line.
    """
    if mark:
        _mark(document, mark)
    else:
        loop(document, f"if issuer|length > {IN_A_LINE - 2}")
        _mark(document, "{{ issuer }}文件", narrowed=62)
        loop(document, "else")
        _mark(document, "{{ issuer }}文件")
        loop(document, "endif")
    line = document.add_paragraph()
    _to_both_sides(document, line, Pt(SIZE))
    line.add_run("{{ number }}{% if signed_by %}\t签发人：")
    written(line.add_run("{{ signed_by }}"), SECOND, SIZE)
    line.add_run("{% endif %}")
    _rules(line, RED, bottom=12)
    document.add_paragraph()


def _mark(document: Letter, words: str, narrowed: int = 100) -> None:
    """`narrowed`: how wide its characters are, in per cent."""
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.paragraph_format.space_after = Pt(SIZE)
    run = written(line.add_run(words), TITLE, 30)
    run.font.color.rgb = RED
    _narrow(run, narrowed)


def _narrow(run: Run, per_cent: int) -> None:
    scale = _element("w", val=per_cent)
    run._element.get_or_add_rPr().insert_element_before(scale, "w:kern", "w:position", "w:sz")


def _to_both_sides(document: Letter, line: Paragraph, margin: Length) -> None:
    """What stands behind a tab stands at the right side."""
    form = line.paragraph_format
    form.left_indent = form.right_indent = margin
    form.tab_stops.add_tab_stop(Length(text_width(document) - margin), WD_TAB_ALIGNMENT.RIGHT)


def _rules(line: Paragraph, color: RGBColor, **eighths: int) -> None:
    """Lines at sides of the paragraph, in eighths of a point."""
    borders = _borders("pBdr", color, **eighths)
    # before those of its properties that have to follow
    following = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line._element.get_or_add_pPr().insert_element_before(borders, *following)


def _borders(tag: str, color: RGBColor | None = None, **eighths: int) -> Any:
    borders = _element(tag)
    for side, wide in eighths.items():
        values = {"val": "single", "sz": wide, "space": 1, "color": color or "000000"}
        borders.append(_element(side, **values))
    return borders


def _element(tag: str, **values: object) -> Any:
    element = OxmlElement(f"w:{tag}")
    for name, value in values.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def title(document: Letter, text: str, *, on_new_page: bool = False) -> None:
    """A long one is broken (\\n) where its words end."""
    line = document.add_paragraph(text, style="Title")
    line.paragraph_format.page_break_before = on_new_page or None
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph()


def heading(document: Letter, text: str, level: int = 1) -> None:
    line = document.add_paragraph(text, style=f"Heading {level}")
    line.paragraph_format.keep_with_next = True
    _indent(line)


def text(document: Letter, words: str, *, indent: bool = True, right: int = 0) -> None:
    """`right`: at the right side, that many characters from it."""
    line = document.add_paragraph(words)
    if right:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(right * SIZE)
    elif indent:
        _indent(line)


def _indent(line: Paragraph) -> None:
    """Two characters, whatever the font."""
    form = line._element.get_or_add_pPr().get_or_add_ind()
    form.set(qn("w:firstLineChars"), "200")
    form.set(qn("w:firstLine"), "640")


def signed(document: Letter) -> None:
    """The issuing office, and below it the date in Arabic figures, of a draft to be filled in; not
    alone on a page.
    """
    for line in (document.paragraphs[-1], document.add_paragraph()):
        line.paragraph_format.keep_with_next = True
    text(document, "{{ issuer }}", right=2)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    text(document, "{{ date or '    年  月  日' }}", right=4)


def attachment(document: Letter, number: str, words: str) -> None:
    """An attachment on a page of its own, before the 版记."""
    line = document.add_paragraph(f"附件{number}", style="Heading 1")
    line.paragraph_format.page_break_before = True
    title(document, words)


def colophon(document: Letter) -> None:
    """版记 at the foot of the last page, as wide as the type area: copies (抄送), who printed it and
    when (印发). Its outer lines are thick (0.35 mm), the one between is thin.

    Paragraphs in a text frame at the bottom of the type area, which other text keeps away from; it
    stands on the page of the small paragraph behind it. LibreOffice moves the frame only if all its
    paragraphs have the same lines above and below, so the thin one is a tab's leader.
    """
    loop(document, "if copies")
    copies = _framed(document, "　抄送：{{ copies }}。")
    copies.paragraph_format.left_indent = Pt(4 * SMALL)
    copies.paragraph_format.first_line_indent = Pt(-4 * SMALL)
    between = _framed(document, "\t")
    between.paragraph_format.line_spacing = Pt(6)
    between.paragraph_format.tab_stops.add_tab_stop(
        text_width(document), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES
    )
    loop(document, "endif")
    loop(document, f"if issuer|length > {IN_A_COLOPHON}")
    _printed(document, narrowed=85)
    loop(document, "else")
    _printed(document)
    loop(document, "endif")
    document.add_paragraph().paragraph_format.line_spacing = Pt(1)


def _printed(document: Letter, narrowed: int = 100) -> None:
    line = _framed(
        document, "　{{ issuer }}\t{% if date %}{{ date }}印发{% else %}送审稿{% endif %}"
    )
    _narrow(line.runs[0], narrowed)
    end = Length(text_width(document) - Pt(SMALL))
    line.paragraph_format.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.RIGHT)


def _framed(document: Letter, words: str) -> Paragraph:
    """A line of the 版记."""
    line = document.add_paragraph()
    written(line.add_run(words), BODY, SMALL)
    _rules(line, RGBColor(0, 0, 0), top=8, bottom=8)
    place = {"hAnchor": "margin", "xAlign": "left", "vAnchor": "margin", "yAlign": "bottom"}
    frame = _element("framePr", w=text_width(document).twips, wrap="around", **place)
    line._element.get_or_add_pPr().insert_element_before(frame, "w:pBdr")
    return line


def loop(document: Letter, expression: str) -> None:
    document.add_paragraph(f"{{%p {expression} %}}")
