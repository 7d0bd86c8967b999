import json
import tomllib
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.limits import Limit
from rulebook.packs import (
    PackInvalid,
    check_pack_file,
    clashes,
    load_pack,
    load_pack_file,
    pack_for,
    pack_from,
    pack_ids,
    shipped,
)
from rulebook.packs.loading import NAME_PLATE
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
        path = tmp_path / "own@2.1.0.toml"
        path.write_text(plate + rest, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("pack_id", pack_ids())
def test_every_value_has_a_source_and_the_label_says_example(pack_id):
    pack = load_pack(pack_id)
    assert pack.label.startswith("由公开文件整理的示例")
    plate = NAME_PLATE | {"sources", "content"}
    for name in type(pack).model_fields.keys() - plate:
        section = getattr(pack, name)
        if name in pack.sources:
            continue
        for parameter in type(section).model_fields:
            assert pack.source(f"{name}.{parameter}"), f"{name}.{parameter}"


def test_values_are_plain_and_sources_beside_them():
    pack = load_pack("default")
    assert pack.name == "default@1.0.0"
    assert pack.monthly.group_due_day == 17
    assert pack.source("monthly.group_due_day") == "s001/1 N-04"
    assert pack.dispatch.report_limit == Limit(15, "WD")
    assert pack.identify.reference_scale_pct is None
    assert pack.source("identify.reference_scale_pct").startswith("s000")
    assert pack.dispatch.solve_limit_for(GapItem.HOUSING_UNSAFE) == Limit(120, "CD")
    assert pack.dispatch.solve_limit_for(GapItem.JOB) == Limit(15, "WD")
    with pytest.raises(KeyError):
        pack.source("monthly.nothing")


@pytest.mark.parametrize("pack_id", ["default", "gansu-2023"])
def test_gt_06_line_by_date(pack_id):
    income = load_pack(pack_id).income
    assert income.line_on(date(2021, 6, 30)) == 6000_00
    assert income.line_on(date(2022, 6, 30)) == 6500_00
    assert income.line_on(date(2023, 5, 17)) == 7200_00
    with pytest.raises(LookupError, match=r"没有2020-12-31适用的防止返贫监测范围"):
        income.line_on(date(2020, 12, 31))


def test_a_pack_states_only_what_differs(own):
    pack = load_pack_file(
        own('[monthly]\nvillage_due_day = { value = 18, source = "本县文件第3条" }\n')
    )
    assert pack.name == "own@2.1.0"
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
    assert pack_for("990121100201", date(2026, 1, 1), packs).name == "own@2.1.0"
    assert pack_for("990121100201", date(2025, 12, 31), packs).name == "default@1.0.0"
    assert pack_for("990122", date(2026, 1, 1), packs).name == "default@1.0.0"
    assert pack_for("990121", date(2020, 6, 1), packs).name == "three-tier-2020@1.1.0"
    with pytest.raises(LookupError, match="没有适用于"):
        pack_for("990121", date(2019, 6, 1), packs)


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
        (
            '[identify]\ntotal_start = { source = "x", value = { NETWORK = "RECEIVED", CADRE = "VERIFIED", SELF_REPORT = "RECEIVED", COUNTY_PUSH = "RECEIVED", ONE_CLICK = "RECEIVED" } }\n',
            "identify",
            "只有NETWORK可以是VERIFIED",
        ),
        ("[monthly\n", "", "TOML"),
    ],
)
def test_check_names_file_key_and_reason(own, rest, key, reason):
    errors = check_pack_file(own(rest))
    assert (errors[0].file, errors[0].key) == ("own@2.1.0.toml", key)
    assert reason in errors[0].reason


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('"own"', '"other"', "", "文件名应与其中的名称和版本一致：other@2.1.0.toml"),
        ("default@1.0.0", "default@0.9.0", "extends", "没有政策包“default@0.9.0”"),
        ("default@1.0.0", "own@2.1.0", "extends", "引用自己"),
        ("default@1.0.0", "nothing@1.0.0", "extends", "现有：default@1.0.0"),
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
    assert "own@2.1.0.toml:monthly.typo:" in str(caught.value)


def test_an_unknown_pack_names_those_there_are():
    with pytest.raises(LookupError, match=r"default、five-step-2020、.*three-tier-2020"):
        load_pack("nowhere")


def test_a_released_file_never_changes():
    """Its content, that is: layout and comments may."""
    released = tomllib.loads(Path(__file__).with_name("released_packs.toml").read_text("utf-8"))
    there = {path.name: path for path in {*shipped(), *shipped()[0].parent.glob("since-*.toml")}}
    for name, digest in released.items():
        said = json.dumps(
            [tomllib.loads(there[name].read_text(encoding="utf-8"))],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
            default=str,
        )
        assert sha256(said.encode()).hexdigest() == digest, f"{name}: make a new version of it"


def test_a_value_is_added_once():
    files = sorted(shipped()[0].parent.glob("since-*.toml"))
    added = [
        f"{section}.{key}"
        for path in files
        for section, values in tomllib.loads(path.read_text(encoding="utf-8")).items()
        for key in values
    ]
    assert len(added) == len(set(added)) > 0


def test_the_reference_follows_what_a_pack_says(own):
    """And nothing else: a comment may be mended, also in the pack below."""
    line = '[monthly]\nvillage_due_day = { value = 18, source = "本县文件" }\n'
    first = load_pack_file(own(line)).ref
    assert first.startswith("own@2.1.0#")
    assert load_pack_file(own(f"# 第3条\n{line}\n")).ref == first
    assert load_pack_file(own(line.replace("18", "19"))).ref != first
    assert load_pack_file(own(line.replace("本县文件", "本县2号文件"))).ref != first


def test_kept_content_makes_the_same_pack(own):
    pack = load_pack_file(own('[monthly]\nvillage_due_day = { value = 18, source = "本县文件" }\n'))
    assert pack_from(pack.content) == pack
    assert pack_from(pack.content).ref == pack.ref


def test_gt_22_a_record_reads_the_pack_it_was_made_under(own):
    """Also when another one is in force, and when the file of its own has gone."""
    before = load_pack_file(own('[dispatch]\nmax_returns = { value = 2, source = "本县文件" }\n'))
    book = Book(state_council(), (load_pack("default"),))
    kept = {before.ref: before.content}
    assert book.pack("990121", date(2026, 9, 1)).dispatch.max_returns == 1
    assert book.pack_of(before.ref, kept.__getitem__).dispatch.max_returns == 2
    assert book.pack_of(load_pack("three-tier-2020").ref, kept.__getitem__).valid_to
    with pytest.raises(KeyError):
        book.pack_of("own@2.1.0#000000000000", kept.__getitem__)


def test_the_newer_version_counts_as_a_number(own, tmp_path):
    packs = []
    for version in ("1.9.0", "1.10.0"):
        path = tmp_path / f"own@{version}.toml"
        path.write_text(PLATE.replace("2.1.0", version), encoding="utf-8")
        packs.append(load_pack_file(path))
    assert pack_for("990121", date(2026, 1, 1), packs).version == "1.10.0"


@pytest.mark.parametrize(
    ("rest", "key"),
    [
        ('[statistics]\nrounding = { value = "HALF_UP", source = "x" }\n', "statistics.rounding"),
        ('[help]\nplan_start = { value = "IDENTIFIED", source = "x" }\n', "help.plan_start"),
        ('[bulletin]\ncycle = { value = "ANY", source = "x" }\n', "bulletin.cycle"),
        (
            'division_terms = { value = { county = "旗", township = "苏木", village = "嘎查", group = "组" }, source = "x" }\n',
            "division_terms",
        ),
    ],
)
def test_f_42_a_value_that_nobody_reads_is_refused_in_a_countys_own_pack(own, rest, key):
    (error,) = check_pack_file(own(rest))
    assert (error.key, error.reason) == (key, "本版本不使用这个参数，请删去")


def test_an_own_pack_names_its_county_and_what_it_extends(own):
    (error,) = check_pack_file(own(plate=PLATE.replace('"990121"', '""')))
    assert error.key == "region_code"
    (error,) = check_pack_file(own(plate=PLATE.replace('extends = "default@1.0.0"\n', "")))
    assert error.key == "extends"


def test_gt_06_the_line_of_a_year_that_is_over_is_asked_for(own):
    """An own copy of a dated example has its period and its line, or none: never that of then."""
    plate = PLATE.replace("default@1.0.0", "neimenggu-2023@1.0.0")
    pack = load_pack_file(own(plate=plate))
    assert pack.division_terms.village == "嘎查"
    with pytest.raises(LookupError, match=r"没有2026-05-01适用.*income\.lines"):
        pack.income.line_on(date(2026, 5, 1))
    assert pack_from(pack.content) == pack
    stated = '[income]\nlines = [{ effective_from = 2026-01-01, amount_yuan = 8700, set_by = "本县", source = "本县文件" }]\n'
    assert load_pack_file(own(stated, plate)).income.line_on(date(2026, 5, 1)) == 8700_00
    within = plate.replace("2026-01-01", "2023-07-01")
    assert load_pack_file(own(plate=within)).income.line_on(date(2023, 7, 1)) == 7500_00


def test_two_packs_between_which_nothing_decides(own, tmp_path):
    other = tmp_path / "other@1.0.0.toml"
    other.write_text(PLATE.replace('"own"', '"other"').replace("2.1.0", "1.0.0"), encoding="utf-8")
    ours = [load_pack_file(own()), load_pack_file(other)]
    (error,) = clashes(ours)
    assert (error.file, error.key) == ("other@1.0.0.toml", "valid_from")
    assert clashes([ours[0], load_pack("default")]) == []
