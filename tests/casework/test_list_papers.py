"""casework's letters are what their script makes (D16, F-65)."""

from pathlib import Path

import pytest
from docx import Document

from services.casework.docx.make_list_templates import LETTERS
from services.casework.notices.documents import TEMPLATES


def texts(path: Path) -> list[str]:
    letter = Document(str(path))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in letter.paragraphs] + cells


@pytest.mark.parametrize("name", LETTERS)
def test_f_65_a_template_is_what_its_script_makes_with_all_lines_drawn(name: str, tmp_path: Path):
    made = tmp_path / f"{name}.docx"
    LETTERS[name]().save(str(made))
    assert texts(made) == texts(TEMPLATES / f"{name}.docx")
    tables = Document(str(made)).tables
    assert {table.style.name for table in tables} == {"Table Grid"}
