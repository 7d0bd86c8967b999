"""The unit's letters are what their script makes (D16, F-65)."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from docx import Document

from services.unit.documents import TEMPLATES


def maker():
    spec = spec_from_file_location("make_unit_templates", TEMPLATES / "make_templates.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(path: Path) -> list[str]:
    letter = Document(str(path))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in letter.paragraphs] + cells


@pytest.mark.parametrize("name", ["form", "roster"])
def test_f_65_a_template_is_what_its_script_makes_with_all_lines_drawn(name: str, tmp_path: Path):
    made = tmp_path / f"{name}.docx"
    maker().LETTERS[name]().save(str(made))
    assert texts(made) == texts(TEMPLATES / f"{name}.docx")
    tables = Document(str(made)).tables
    assert tables
    assert {table.style.name for table in tables} == {"Table Grid"}
