"""The program's own texts speak of places in the pack's words; names and what people wrote do not change."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from kit.documents import letter
from kit.documents.official import letter as official
from kit.documents.tables import Col, table
from kit.places import tell
from kit.web.pages import templates
from rulebook.packs import load_pack
from rulebook.places import in_words_of
from schemas.codes import Role

BANNER = load_pack("neimenggu-2023").division_terms
OURS = load_pack("default").division_terms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("县级审定", "旗级审定"),
        ("乡镇审核后报县里", "苏木审核后报旗里"),
        ("村里、各村、村文书", "嘎查里、各嘎查、嘎查文书"),
        ("驻村工作队、包村干部", "驻村工作队、包村干部"),
        ("农业农村局、乡村振兴、村民小组", "农业农村局、乡村振兴、村民小组"),
    ],
)
def test_b_42_a_text_is_said_in_the_words_of_the_pack(text: str, said: str):
    assert in_words_of(BANNER, text) == said
    assert in_words_of(OURS, text) == text


def test_a_page_says_its_own_texts_and_the_labels_of_codes_in_todays_words(tmp_path: Path):
    (tmp_path / "page.html").write_text(
        '<th title="村">乡镇</th>{{ role.label }}{{ "县里" if role }}{{ name }}{{ owner|said }}',
        encoding="utf-8",
    )
    environment, words = templates(tmp_path), [OURS]
    tell(environment, lambda: words[-1])
    show = environment.get_template("page.html").render
    row = {"role": Role.VILLAGE_CLERK, "name": "石桥村", "owner": "乡镇"}
    assert show(row) == '<th title="村">乡镇</th>村文书县里石桥村乡镇'
    words.append(BANNER)  # a pack of the next year is in force
    assert show(row) == '<th title="嘎查">苏木</th>嘎查文书旗里石桥村苏木'


def test_a_letter_is_filled_in_with_the_same_words(tmp_path: Path):
    made = official()
    made.add_paragraph("县级审定：{{ role }} {{ name }}")
    made.save(str(tmp_path / "letter.docx"))
    values = {"role": Role.TOWNSHIP_CLERK, "name": "守望县"}
    for places, said in (
        (None, "县级审定：乡镇专干 守望县"),
        (BANNER, "旗级审定：苏木专干 守望县"),
    ):
        paper = letter(tmp_path / "letter.docx", "信", values, places=places)
        assert Document(BytesIO(paper.content)).paragraphs[0].text == said


def test_columns_made_by_a_loop_share_the_width_of_the_table(tmp_path: Path):
    made = official()
    columns = [
        Col("序号", "{{ row.no }}", 4),
        Col("{%tc for head in heads %}", "{%tc for cell in row.cells %}", 1),
        Col("{{ head }}", "{{ cell }}", 8),
        Col("{%tc endfor %}", "{%tc endfor %}", 1),
    ]
    table(made, columns, "rows")
    made.save(str(tmp_path / "letter.docx"))
    heads = ["户主姓名", "所在村", "村民小组", "家庭人口", "监测对象类别"]
    rows = [{"no": 1, "cells": ["陈试", "河湾镇石桥村", "01组", "3人", "边缘易致贫户"]}]
    paper = letter(tmp_path / "letter.docx", "信", {"heads": heads, "rows": rows})
    (grid,) = Document(BytesIO(paper.content)).tables
    columns_wide = [column.width.mm for column in grid.columns]
    assert 155 < sum(columns_wide) < 157
    for row in grid.rows:
        assert [cell.width.mm for cell in row.cells] == columns_wide
    assert min(columns_wide) > 20  # room for four characters of 14 pt
