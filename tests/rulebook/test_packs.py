from datetime import date
from pathlib import Path

import pytest

from rulebook.limits import Limit
from rulebook.packs import (
    PackInvalid,
    check_pack_file,
    load_pack,
    load_pack_file,
    pack_for,
    pack_ids,
)
from schemas.codes import GapItem

PLATE = """pack_id = "own"
version = "2.1.0"
extends = "default@1.0.0"
label = "示例"
region_code = "990121"
valid_from = 2026-01-01
source_docs = ["本县文件"]
"""


@pytest.fixture
def own(tmp_path):
    """Writes a county's pack that extends the template."""

    def write(rest: str = "", plate: str = PLATE) -> Path:
        path = tmp_path / "own.toml"
        path.write_text(plate + rest, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("pack_id", pack_ids())
def test_every_value_has_a_source_and_the_label_says_example(pack_id):
    pack = load_pack(pack_id)
    assert pack.label == "由公开文件整理的示例,不是任何地方的正式配置"
    plate = {
        "pack_id",
        "version",
        "label",
        "region_code",
        "valid_from",
        "valid_to",
        "source_docs",
        "sources",
    }
    for name in type(pack).model_fields.keys() - plate:
        section = getattr(pack, name)
        if name in pack.sources:
            continue
        for parameter in type(section).model_fields:
            assert pack.source(f"{name}.{parameter}"), f"{name}.{parameter}"


def test_values_are_plain_and_sources_beside_them():
    pack = load_pack("default")
    assert pack.ref == "default@1.0.0"
    assert pack.monthly.group_due_day == 17
    assert pack.source("monthly.group_due_day") == "s001/1 N-04"
    assert pack.dispatch.report_limit == Limit(15, "WD")
    assert pack.identify.reference_scale_pct is None
    assert pack.source("identify.reference_scale_pct").startswith("s000")
    assert pack.dispatch.solve_limit_for(GapItem.HOUSING_UNSAFE) == Limit(120, "CD")
    assert pack.dispatch.solve_limit_for(GapItem.JOB) == Limit(15, "WD")
    with pytest.raises(KeyError):
        pack.source("monthly.nothing")


def test_gt_06_line_by_date():
    income = load_pack("default").income
    assert income.line_on(date(2021, 6, 30)) == 6000_00
    assert income.line_on(date(2022, 6, 30)) == 6500_00
    assert income.line_on(date(2023, 5, 17)) == 7200_00
    with pytest.raises(LookupError):
        income.line_on(date(2020, 12, 31))


def test_a_pack_states_only_what_differs(own):
    pack = load_pack_file(
        own('[monthly]\nvillage_due_day = { value = 18, source = "本县文件第3条" }\n')
    )
    assert pack.ref == "own@2.1.0"
    assert (pack.monthly.village_due_day, pack.monthly.group_due_day) == (18, 17)
    assert pack.source("monthly.village_due_day") == "本县文件第3条"
    assert pack.source("monthly.group_due_day") == "s001/1 N-04"


def test_a_list_is_replaced_as_a_whole_with_its_sources(own):
    pack = load_pack_file(
        own(
            '[dispatch]\nrouting = [{ gap_item = "JOB", primary = "agriculture", source = "本县文件" }]\n'
        )
    )
    assert [row.primary for row in pack.dispatch.routing] == ["agriculture"]
    assert pack.source("dispatch.routing[0]") == "本县文件"
    assert "dispatch.routing[1]" not in pack.sources


def test_gt_22_the_pack_of_the_day_and_place(own):
    ours, everywhere = load_pack_file(own()), load_pack("default")
    packs = [ours, everywhere, load_pack("three-tier-2020")]
    assert pack_for("990121100201", date(2026, 1, 1), packs).ref == "own@2.1.0"
    assert pack_for("990121100201", date(2025, 12, 31), packs).ref == "default@1.0.0"
    assert pack_for("990122", date(2026, 1, 1), packs).ref == "default@1.0.0"
    assert pack_for("990121", date(2020, 6, 1)).ref == "three-tier-2020@1.0.0"
    with pytest.raises(LookupError, match="没有适用于"):
        pack_for("990121", date(2019, 6, 1))


@pytest.mark.parametrize(
    ("rest", "key", "reason"),
    [
        ("[monthly]\nvillage_due_day = { value = 18 }\n", "monthly.village_due_day", "没有写出处"),
        ("[monthly]\nvillage_due_day = 18\n", "monthly.village_due_day", "应写成"),
        (
            '[monthly]\nvilage_due_day = { value = 18, source = "x" }\n',
            "monthly.vilage_due_day",
            "请检查拼写",
        ),
        (
            '[monthly]\nvillage_due_day = { value = 32, source = "x" }\n',
            "monthly.village_due_day",
            "应为1到31的整数",
        ),
        (
            '[monthly]\nvillage_due_day = { value = 18, sorce = "x" }\n',
            "monthly.village_due_day.sorce",
            "只能写source",
        ),
        ('[monthly]\ngroup_due_day = { value = 21, source = "x" }\n', "monthly", "依次不早于"),
        (
            '[monthly]\ngroup_open_day = { value = true, source = "x" }\n',
            "monthly.group_open_day",
            "应为整数",
        ),
        (
            '[monthly]\nbulletin_shift = { value = "LATER", source = "x" }\n',
            "monthly.bulletin_shift",
            "只能是",
        ),
        (
            '[dispatch]\nreport_limit = { value = "15", source = "x" }\n',
            "dispatch.report_limit",
            "写法不对",
        ),
        ('[dispatch]\nreport_limit = { source = "x" }\n', "dispatch.report_limit", "应为文字"),
        (
            '[dispatch]\nrouting = [{ gap_item = "JOBS", primary = "x", source = "x" }]\n',
            "dispatch.routing[0].gap_item",
            "只能是",
        ),
        (
            '[dispatch]\nrouting = [{ gap_item = "JOB", primary = "x" }]\n',
            "dispatch.routing[0]",
            "没有写出处",
        ),
        (
            '[dispatch]\nsolve_limit = [{ gap_item = "JOB", limit = "5WD", source = "x" }]\n',
            "dispatch",
            "缺少不带gap_item的一行",
        ),
        ("[monthly\n", "", "TOML"),
    ],
)
def test_check_names_file_key_and_reason(own, rest, key, reason):
    errors = check_pack_file(own(rest))
    assert (errors[0].file, errors[0].key) == ("own.toml", key)
    assert reason in errors[0].reason


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('"own"', '"other"', "pack_id", "应与文件名一致"),
        ("default@1.0.0", "default@0.9.0", "extends", "default现在是1.0.0版"),
        ("default@1.0.0", "own@2.1.0", "extends", "引用自己"),
        ("default@1.0.0", "nothing@1.0.0", "", "无法读取"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2025-01-01", "", "早于"),
        ('version = "2.1.0"\n', "", "version", "缺少此参数"),
    ],
)
def test_check_the_name_plate(own, old, new, key, reason):
    errors = check_pack_file(own(plate=PLATE.replace(old, new)))
    assert errors[0].key == key
    assert reason in errors[0].reason


def test_all_errors_at_once(own):
    path = own(
        '[monthly]\nvillage_due_day = { value = 32, source = "x" }\ntypo = { value = 1, source = "x" }\n'
    )
    with pytest.raises(PackInvalid) as caught:
        load_pack_file(path)
    assert {error.key for error in caught.value.errors} == {
        "monthly.village_due_day",
        "monthly.typo",
    }
    assert "own.toml:monthly.typo:" in str(caught.value)


def test_an_unknown_pack_names_those_there_are():
    with pytest.raises(LookupError, match="default、three-tier-2020"):
        load_pack("nowhere")
