"""A copy of an uploaded workbook shows what was refused."""

import asyncio
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from kit.sheets.marking import mark_refused
from kit.sheets.sheet import RefusedCell
from kit.sheets.untrusted import copy


def mark(path: Path, refused: Mapping[str, Sequence[RefusedCell]]) -> bytes:
    return asyncio.run(mark_refused(path, refused))


def test_a_refused_cell_is_coloured_and_says_why(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "上报表"
    book.active.append(["标题"])
    book.active.merge_cells("A1:C1")
    book.active.append(["户主", "身份证号码", "原因"])
    book.active.append(["张三", "99", "生病"])
    path = tmp_path / "石桥村.xlsx"
    book.save(path)
    marked = load_workbook(
        BytesIO(
            mark(
                path,
                {
                    "上报表": [
                        RefusedCell(
                            row=3, column=3, name="原因", value="生病", reason="不认识的原因"
                        ),
                        RefusedCell(row=3, column=3, name="原因", value="生病", reason="请填因病"),
                        RefusedCell(row=2, column=0, reason="整行不对"),
                        RefusedCell(row=1, column=2, reason="合并的单元格"),
                    ]
                },
            )
        )
    )["上报表"]
    assert marked["C3"].comment.text == "原因：不认识的原因\n原因：请填因病"
    assert marked["C3"].fill.fgColor.rgb.endswith("FBD9D6")
    assert marked["A3"].comment is None
    assert marked["B2"].fill.fgColor.rgb.endswith("FBD9D6")
    assert marked["A2"].comment.text == "整行不对"
    assert marked["A1"].comment.text == "合并的单元格"
    assert marked["B3"].value == "99"


def test_what_openpyxl_cannot_take_is_copied_by_its_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    book.active.title = "名单"
    book.active.append(["户主", "=1+1", True, 3.5])
    book.active.append(["张三", "99", None, None])
    path = tmp_path / "长.xlsx"
    book.save(path)

    def too_much(path: str) -> Workbook:
        raise MemoryError

    monkeypatch.setattr(copy, "load_workbook", too_much)
    marks = {"名单": [(2, 2, "号码不对"), (2, 2, "请核对"), (1, 0, "整行不对"), (2, 2, "请核对")]}
    [made] = copy.marked(str(path), marks)
    sheet = load_workbook(BytesIO(made))["名单"]
    assert [cell.value for cell in sheet[1]] == ["户主", "'=1+1", "是", 3.5]
    assert sheet["B2"].comment.text == "号码不对\n请核对"
    assert sheet["A1"].comment.text == "整行不对"
    assert sheet["D1"].fill.fgColor.rgb.endswith("FBD9D6")
    assert not sheet["A2"].fill.fgColor.rgb.endswith("FBD9D6")
