"""The command line's answers that need no engine."""

from typer.testing import CliRunner

from backstop.cli import app


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"})


def test_fifteen_working_days_after_10_february_2026():
    assert run("calendar", "add", "2026-02-10", "15").stdout.strip() == "2026-03-09"


def test_a_month_shows_days_off_and_made_up():
    shown = run("calendar", "month", "2026-10").stdout
    assert "工作日 18 天" in shown
    assert "10班" in shown
    assert "1休" in shown


def test_beyond_published_data_a_date_is_provisional():
    assert "暂定" in run("calendar", "add", "2028-01-03", "5").stdout


def test_a_wrong_day_is_said_in_a_sentence():
    answer = run("calendar", "add", "2026-02-31", "15")
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output


def test_packs_are_listed_shown_and_checked(tmp_path):
    assert "three-tier-2020" in run("packs", "list").stdout
    assert "s001/1" in run("packs", "show", "default", "monthly").stdout
    assert run("packs", "check").exit_code == 0
    broken = tmp_path / "broken.toml"
    broken.write_text(
        'pack_id = "broken"\nextends = "default@1.0.0"\n[monthly]\nvillage_due_day = { value = 40, source = "x" }\n',
        encoding="utf-8",
    )
    answer = run("packs", "check", str(broken))
    assert answer.exit_code == 1
    assert "broken.toml" in answer.stdout
    assert "monthly.village_due_day" in answer.stdout


def test_a_damaged_pack_name_names_the_others():
    answer = run("packs", "show", "nowhere")
    assert answer.exit_code == 1
    assert "default" in answer.output


def test_h_04_a_certificate_for_departments_is_made_and_made_again(tmp_path):
    arguments = ("departments", "certificate", "10.1.2.3:9094", "--out", str(tmp_path))
    first, made = run(*arguments), (tmp_path / "server.pem").read_text()
    assert "ca.crt" in first.output
    assert run(*arguments).exit_code == 0
    assert (tmp_path / "server.pem").read_text() != made
    answer = run("departments", "certificate", "10.1.2.3:x", "--out", str(tmp_path))
    assert answer.exit_code == 1
    assert "地址写得不对" in answer.output


def test_f_26_what_is_no_table_is_named_and_the_command_ends_with_1(tmp_path):
    folder = tmp_path / "名单"
    folder.mkdir()
    (folder / "照片.jpg").write_bytes(b"\xff\xd8")
    home = str(tmp_path / "house")
    answer = run("import", str(folder), "--month", "2026-09", "--home", home)
    assert answer.exit_code == 1
    assert "照片.jpg" in answer.output
    assert "不是表格，没有读" in answer.output
