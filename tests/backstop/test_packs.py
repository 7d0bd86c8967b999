"""A county's own packs (F-42): made from another one, checked, in force from the next start, changed by
a new version alone.
"""

import secrets
from datetime import date, datetime

import pytest
from typer.testing import CliRunner

from backstop.application import Application
from backstop.cli import app
from backstop.engines import drop_database
from backstop.installation import Installation
from backstop.packs import Said, differences, new_pack, stated
from backstop.service_process import name_kept_codes
from backstop.services import service_named
from kit.errors import Conflict, Refused
from kit.packs import keep, recall
from rulebook.packs import (
    PackInvalid,
    check_pack_file,
    is_unused,
    load_pack,
    load_pack_file,
    shipped,
)
from schemas.codes import RiskCause
from tests.conftest import at
from tests.own_pack import MORE_CODES, codes_as_before, written

COUNTY = "990121000000"
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKSTOP_COUNTY", COUNTY)
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(home):
    return lambda *arguments: CliRunner().invoke(app, ["packs", *arguments])


def change(path, value: str, by: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert value in text
    path.write_text(text.replace(value, by), encoding="utf-8")


def test_f_42_an_own_pack_is_in_force_with_what_somebody_changed_in_it(home, run):
    assert run("new", "default", "--from", "2027-01-01").exit_code == 0
    path = home / "packs" / "county-990121@1.0.0.toml"
    pack, below = load_pack_file(path), load_pack("default")
    assert (pack.region_code, pack.valid_from) == ("990121", NEW_YEAR)
    assert dict(stated(pack)) == dict(stated(below))
    change(path, "# group_due_day = { value = 17,", "group_due_day = { value = 16,")
    assert f"{len(shipped()) + 1} 个政策包都合格" in run("check").output
    book = Installation(home).book
    for month, due in (("2026-12", date(2026, 12, 17)), ("2027-01", date(2027, 1, 16))):
        assert book.plan(book.pack_of_month(COUNTY, month), month).group_due == due


def test_every_commented_value_may_be_taken_as_it_stands(home):
    path = new_pack(home, "default", "own", "990121", NEW_YEAR)
    lines = path.read_text(encoding="utf-8").splitlines()
    values = [line.removeprefix("# ") for line in lines[2:]]
    path.write_text("\n".join(values), encoding="utf-8")
    assert check_pack_file(path) == []
    assert dict(stated(load_pack_file(path))) == dict(stated(load_pack("default")))
    said = "\n".join(lines)
    for key, _ in stated(load_pack("default")):
        assert (f"# {key.rpartition('.')[2]} = " in said) or is_unused(key), key


def test_the_next_version_is_a_file_beside(home, run):
    run("new", "default", "--name", "own", "--from", "2027-01-01")
    first = home / "packs" / "own@1.0.0.toml"
    change(first, "# village_due_day = { value = 20,", "village_due_day = { value = 19,")
    before = first.read_text(encoding="utf-8")
    assert run("new", "own", "--from", "2027-03-01").exit_code == 0
    assert first.read_text(encoding="utf-8") == before
    book = Installation(home).book
    assert book.pack(COUNTY, date(2027, 2, 28)).name == "own@1.0.0"
    assert book.pack(COUNTY, date(2027, 3, 1)).name == "own@1.1.0"
    assert book.pack(COUNTY, date(2027, 3, 1)).monthly.village_due_day == 19
    with pytest.raises(Conflict, match="backstop packs new own"):
        new_pack(home / "packs", "default", "own", "990121", NEW_YEAR)
    for source, name in (("own@1.0.0", ""), ("default", "three-tier-2020")):  # never over a file
        with pytest.raises(Conflict, match="已经有政策包"):
            new_pack(home / "packs", source, name, "990121", NEW_YEAR)


def test_list_and_show_tell_own_from_shipped_and_used_from_unused(home, run):
    run("new", "default", "--name", "own")
    listed = run("list").output
    assert "本县" in listed
    assert "own" in listed
    assert "three-tier-2020" in listed
    assert "own 1.0.0" in run("show", "own", "monthly").output
    assert "嘎查" in run("show", "neimenggu-2023").output  # whole, a value of several parts too
    shown = run("show", "default", "bulletin").output.splitlines()
    rows = [line for line in shown if "bulletin." in line]
    assert [("本版本不使用" in line) for line in rows if "cycle" in line or "limit" in line] == [
        True,
        False,
    ]


def test_a_wrong_file_is_named_by_check_and_stops_the_start(home, run):
    run("new", "default", "--name", "own")
    path = home / "packs" / "own@1.0.0.toml"
    change(path, "[bulletin]", '[bulletin]\ncycle = { value = "ANY", source = "x" }')
    answer = run("check")
    assert answer.exit_code == 1
    assert "own@1.0.0.toml:bulletin.cycle:本版本不使用" in answer.output
    with pytest.raises(PackInvalid):
        _ = Installation(home).book
    path.rename(path.with_name("own.toml"))
    assert "文件名应与其中的名称和版本一致" in run("check").output


def test_an_own_copy_of_a_dated_example_is_asked_for_its_line(home, run):
    """A pack plays in another year only with its period and its line (B-26)."""
    assert run("new", "neimenggu-2023", "--name", "own", "--from", "2027-01-01").exit_code == 0
    path = home / "packs" / "own@1.0.0.toml"
    assert (pack := load_pack_file(path)).valid_to is None
    assert pack.division_terms.village == "嘎查"
    answer = run("check")
    assert answer.exit_code == 1
    assert (
        "own@1.0.0.toml:income.lines:请填写本县从2027-01-01起适用的防止返贫监测范围"
        in answer.output
    )
    change(
        path,
        "[income]",
        '[income]\nlines = [{ effective_from = 2027-01-01, amount_yuan = 9000, set_by = "本县", source = "本县文件" }]',
    )
    assert run("check").exit_code == 0
    assert Installation(home).book.pack(COUNTY, NEW_YEAR).income.line_on(NEW_YEAR) == 9000_00


def test_two_packs_are_compared_with_both_sources(home, run):
    one, other = load_pack("five-step-2020"), load_pack("neimenggu-2023")
    found = {row.key: (row.one, row.other) for row in differences(one, other)}
    assert found["identify.total_limit"] == (
        Said("没有", "s001/4 gives none, I-16 is s003's"),
        Said("15天", "s003 I-16"),
    )
    assert found["identify.consent_required"] == (
        Said("否", "s001/4 gives none, I-29"),
        Said("是", "EXT I-29"),
    )
    assert (
        found["division_terms"][1].value == "county：旗，township：苏木，village：嘎查，group：组"
    )
    assert "identify.recheck_limit" not in found
    shown = run("diff", "five-step-2020", "neimenggu-2023@1.0.0")
    assert shown.exit_code == 0
    assert "…" not in shown.output  # whole, however narrow the terminal
    assert f"共 {len(list(differences(one, other)))} 处不同" in shown.output
    assert "两个政策包的取值都相同" in run("diff", "default", "default@1.0.0").output
    refused = run("diff", "default", "nowhere")
    assert (refused.exit_code, "现有：" in refused.output) == (1, True)


def test_of_two_lists_only_the_rows_that_differ_are_shown():
    rows = [
        (row.one.value, row.other.value)
        for row in differences(load_pack("gansu-2023"), load_pack("neimenggu-2023"))
        if row.key == "income.lines"
    ]
    assert len(rows) == 4  # three years against one
    assert rows[-1] == ("—", "effective_from：2023-01-01，amount_yuan：7500，set_by：示例")
    keys = {row.key for row in differences(load_pack("default"), load_pack("gansu-2023"))}
    assert "income.lines" not in keys


def test_a_county_that_is_not_known_gets_no_pack(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKSTOP_COUNTY", raising=False)
    answer = CliRunner().invoke(app, ["packs", "new", "default", "--home", str(tmp_path)])
    assert answer.exit_code == 1
    assert "BACKSTOP_COUNTY" in answer.output


def test_the_folder_may_be_named_by_a_setting(home, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("mounted")
    monkeypatch.setenv("BACKSTOP_PACKS_FOLDER", str(folder))
    new_pack(folder, "default", "own", "990121", NEW_YEAR)
    assert Installation(home).book.pack(COUNTY, NEW_YEAR).name == "own@1.0.0"


def test_gt_22_an_own_pack_outlives_its_file(home, village_sessions):
    """Through the database that kept it at a start."""
    path = new_pack(home / "packs", "default", "own", "990121", NEW_YEAR)
    change(path, "# max_returns = { value = 1,", "max_returns = { value = 2,")
    ref = Installation(home).book.pack(COUNTY, NEW_YEAR).ref
    with village_sessions.kw["bind"].begin() as connection:
        keep(connection, Installation(home).book.packs, NEW_YEAR)
    path.unlink()
    book = Installation(home).book
    assert book.pack(COUNTY, NEW_YEAR).name == "default@1.0.0"
    with village_sessions() as session:
        pack = book.pack_of(ref, lambda wanted: recall(session, wanted))
    assert (pack.name, pack.dispatch.max_returns, pack.ref) == ("own@1.0.0", 2, ref)


def test_a_code_that_only_an_older_pack_has_is_known_at_every_start(home, village_sessions):
    """Rows may have it, and its pack has gone."""
    with codes_as_before():
        old = written(home, MORE_CODES)
        with village_sessions.kw["bind"].begin() as connection:
            keep(connection, [old], NEW_YEAR)
        with pytest.raises(ValueError, match="EPIDEMIC"):
            RiskCause("EPIDEMIC")
        with village_sessions.kw["bind"].connect() as connection:
            name_kept_codes(connection, Installation(home))
        assert RiskCause("EPIDEMIC").label == "因疫"


def test_a_pack_edited_after_its_first_day_stops_the_start(home, engines, clock):
    """The sentence says what to do; a new version beside the old file starts."""
    prefix = f"p{secrets.token_hex(4)}."
    name = f"{prefix.replace('.', '_')}village"

    def start(now: datetime) -> None:
        clock.set(now)
        installation = Installation(home, fast=True)
        vars(installation)["engines"] = engines
        application = Application(
            installation,
            clock=clock,
            prefix=prefix,
            services=[service_named("village")],
            as_admin=True,
        )
        try:
            application.prepare()
        finally:
            application.dispose()

    path = new_pack(home / "packs", "default", "own", "990121", NEW_YEAR)
    try:
        start(at(2026, 12, 30))
        change(path, "# village_due_day = { value = 20,", "village_due_day = { value = 19,")
        start(at(2026, 12, 31))
        change(path, "value = 19", "value = 18")
        with pytest.raises(Refused, match=r"已经用过，内容却改了.*backstop packs new own"):
            start(at(2027, 1, 4))
        change(path, "value = 18", "value = 19")
        new_pack(home / "packs", "own", "", "990121", date(2027, 2, 1))
        start(at(2027, 1, 4))
    finally:
        drop_database(engines.postgres, name)
