"""Tables of official documents: columns as wide as what stands in them, the header on each page."""

from collections.abc import Sequence
from typing import NamedTuple

from docx.document import Document as Letter
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell

from kit.documents.official import text_width

LANDSCAPE_ABOVE = 8  # columns (D16)
SHORT = 5  # characters; a column as narrow as that is centred
NARROW, WIDE = 4, 12  # characters between which a column is as wide as what stands in it
ROW = Mm(11)  # of a form, at least: it is filled in by hand


class Col(NamedTuple):
    """Header, cell (a tag that sees the row as `row`), and how many Chinese characters stand in it."""

    head: str
    cell: str
    wide: float = 3


def table(document: Letter, columns: Sequence[Col], rows: str, size: float = 10.5) -> None:
    """A table of the list `rows`. More than eight columns are refused on a page that is upright."""
    upright = document.sections[-1].orientation is WD_ORIENT.PORTRAIT
    if upright and len(columns) > LANDSCAPE_ABOVE:
        raise ValueError(f"{len(columns)} columns need a landscape page (D16)")
    _apart(document)
    grid = document.add_table(rows=4, cols=len(columns))
    for index, column in enumerate(columns):
        _write(grid.rows[0].cells[index], column.head, size, centred=True, bold=True)
        _write(
            grid.rows[2].cells[index],
            column.cell,
            size,
            centred=column.wide <= SHORT or "\n" in column.cell,
        )
    _write(grid.rows[1].cells[0], f"{{%tr for row in {rows} %}}", size)
    _write(grid.rows[3].cells[0], "{%tr endfor %}", size)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _lay_out(document, grid, [column.wide for column in columns])
    document.add_paragraph()


def form(document: Letter, lines: Sequence[Sequence[str]], wide: Sequence[float]) -> None:
    """A form with lines of label and value in turn; the last value of a short line is as wide as what
    is left.
    """
    _apart(document)
    grid = document.add_table(rows=len(lines), cols=len(wide))
    _lay_out(document, grid, wide)
    for row, line in zip(grid.rows, lines, strict=True):
        row.height = ROW
        if len(line) < len(wide):
            row.cells[len(line) - 1].merge(row.cells[-1])
        for index, words in enumerate(line):
            _write(row.cells[index], words, 12, centred=index % 2 == 0)


def _apart(document: Letter) -> None:
    """Some room between the text above and the table."""
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.space_after = Pt(6)


def _lay_out(document: Letter, grid: Table, wide: Sequence[float]) -> None:
    """Over the whole width, shared out as asked for; all lines drawn, no row broken over pages."""
    grid.style, grid.autofit, grid.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    width = text_width(document)
    for index, share in enumerate(wide):
        grid.columns[index].width = Length(int(width * share / sum(wide)))
        for cell in grid.columns[index].cells:
            cell.width = grid.columns[index].width
    grid._tbl.tblPr.append(_margins())
    for row in grid.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def fit(document: Letter) -> None:
    """Columns that a loop of the template made, each as wide as the template's one, become as wide
    together as the table, shared out by what stands in them.
    """
    for grid in document.tables:
        columns, rows = grid._tbl.tblGrid.gridCol_lst, grid._tbl.tr_lst
        whole = sum(column.w or 0 for column in columns)
        if sum(cell.width or 0 for cell in rows[0].tc_lst) <= whole * 1.05:
            continue
        wide = [
            max(NARROW, min(WIDE, max(len(cell.text) for cell in column.cells)))
            for column in grid.columns
        ]
        for index, share in enumerate(wide):
            grid.columns[index].width = Length(int(whole * share / sum(wide)))
            for row in rows:
                row.tc_lst[index].width = grid.columns[index].width


def _margins() -> BaseOxmlElement:
    """1 mm around what stands in a cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def _write(
    cell: _Cell, words: str, size: float, *, centred: bool = False, bold: bool = False
) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for line, part in enumerate(words.split("\n")):
        paragraph = cell.paragraphs[0] if line == 0 else cell.add_paragraph()
        run = paragraph.add_run(part)
        run.font.size, run.font.bold = Pt(size), bold
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
