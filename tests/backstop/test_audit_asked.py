"""The audit asked by people: the office's pages, and on the server who saw a household and one case's file."""

import json
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from datetime import date
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import psycopg
import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from typer.testing import CliRunner

from backstop import auditing
from backstop.cli import app
from backstop.cli import audit as command
from backstop.services import NAMES
from kit import audit
from rulebook.packs import load_pack
from schemas.codes import Role
from services.county.cases.models import Case, CaseEntry
from tests.conftest import actor
from tests.kit.test_audit_doors import HOUSEHOLD, ID_NUMBER, OFFICE, TOWNSHIP, VILLAGE, acted

LEADER = actor(Role.COUNTY_LEADER)
TOWNSHIP_CLERK = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
NUMBER = "XS-990121-202609-0001"
ID = "0199f0a0-0000-7000-8000-0000000000aa"
KEEP_HOUSEHOLDS = ("village", "unit", "county", "dispatch", "casework")


@pytest.fixture
def rows(sessions_of) -> Callable[[str], list]:
    def kept(service: str) -> list:
        with sessions_of(service).begin() as session:
            return list(session.execute(text("SELECT * FROM audit ORDER BY id")))

    return kept


@pytest.fixture
def household(client) -> str:
    """Registered, and looked at by two people."""
    acted(client, "village")
    [found] = client("village", OFFICE).get("/village/api/households").json()
    assert client("village", TOWNSHIP_CLERK).get(f"/village/households/{found['id']}").is_success
    return found["id"]


@pytest.fixture
def case(client, sessions_of, household) -> str:
    begun = date(2026, 9, 2)
    with sessions_of("county").begin() as session:
        session.add(
            Case(
                id=ID,
                number=NUMBER,
                month="2026-09",
                household=household,
                village=VILLAGE,
                township=TOWNSHIP,
                opened_on=begun,
                verify_due=begun,
                pack=load_pack("default").ref,
            )
        )
        session.flush()
        session.add(CaseEntry(case=ID, on=begun, what="张三家登记", by="试用人"))
    return ID


@pytest.fixture
def run(sessions_of, monkeypatch, tmp_path) -> Callable[..., str]:
    """`run("verify", exits=1)`: what the command prints, on this test's databases."""

    @contextmanager
    def every_database(home):
        yield {name: sessions_of(name) for name in NAMES}

    monkeypatch.setattr(
        command, "sessions_of", lambda service, home: nullcontext(sessions_of(service.name))
    )
    monkeypatch.setattr(auditing, "every_database", every_database)
    monkeypatch.setattr(command.console, "width", 400)

    def of(*words: str, exits: int = 0) -> str:
        answer = CliRunner().invoke(app, ["audit", *words, "--home", str(tmp_path)])
        assert answer.exit_code == exits, (answer.output, answer.exception)
        return answer.output

    return of


def test_only_the_office_sees_the_audit_and_its_look_is_kept(client, rows, household):
    for role in Role:
        if role is Role.SYSTEM:
            continue
        who = {Role.COUNTY_CLERK: OFFICE, Role.COUNTY_LEADER: LEADER}.get(role) or actor(role)
        answer = client("unit", who).get("/unit/audit")
        assert answer.status_code == (200 if who in (OFFICE, LEADER) else 403), role
    kept = [(row.kind, row.deed) for row in rows("unit") if row.kind != "refused"]
    assert kept == [("read", "audit_rows")] * 2


def test_the_page_says_in_chinese_who_did_what_to_what(client, household):
    page = client("village", LEADER).get("/village/audit")
    assert page.status_code == 200, page.text
    for words in ("办理", "查看", "登记", "县级", "农户H0001", OFFICE.account, "2026年9月1日"):
        assert words in page.text, words
    assert f'href="/village/households/{household}"' in page.text
    assert 'href="/county/audit?"' in page.text  # the same question elsewhere
    assert "register_households" not in page.text
    assert ID_NUMBER not in page.text


@pytest.mark.parametrize("asked", ["H0001", "household:{household}", "{household}"])
def test_by_object_its_number_finds_it_and_what_is_asked_is_kept(client, rows, household, asked):
    about = asked.format(household=household)
    page = client("village", LEADER).get("/village/audit", params={"about": about}).text
    assert "共2条" in page  # two looks; naming divisions and opening months is no business of it
    assert rows("village")[-1].objects == [f"household:{household}"]
    none = client("village", LEADER).get("/village/audit", params={"about": "H9999"})
    assert "没有符合筛选条件的记录" in none.text
    assert rows("village")[-1].objects == []


def test_by_person_kind_and_period(client, household):
    def count(**asked: str) -> str:
        page = client("village", LEADER).get("/village/audit", params=asked).text
        return page.split('<p class="count">')[1].split("条")[0] if "count" in page else "0"

    mine = {"person": TOWNSHIP_CLERK.account}
    assert count(**mine) == "共1"
    assert count(**mine, kind="act") == count(since="2026-09-02") == count(until="2026-08-31")
    assert (
        count(since="2026-09-01", until="2026-09-01", kind="read", person=OFFICE.account) == "共1"
    )
    wrong = client("village", LEADER).get("/village/audit", params={"since": "昨天"})
    assert wrong.status_code == 422


def test_a_person_is_found_and_shown_by_his_name(client, sessions_of, household):
    known = """INSERT INTO known_account (account, name, active) VALUES (:account, '周敏', true)
        ON CONFLICT (account) DO UPDATE SET name = excluded.name"""
    with sessions_of("village").begin() as session:
        session.execute(text(known), {"account": TOWNSHIP_CLERK.account})
    page = client("village", LEADER).get("/village/audit", params={"person": "周敏"}).text
    assert "共1条" in page
    assert TOWNSHIP_CLERK.account in page
    assert ">周敏</td>" in page


def test_the_workbook_has_all_rows_and_is_an_export(client, rows, household):
    answer = client("village", OFFICE).get("/village/audit.xlsx")
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).active
    heads = [cell.value for cell in sheet[3]]
    assert heads[:7] == ["时间", "账号", "姓名", "身份", "地方或单位", "方式", "事项"]
    row = rows("village")[-1]
    assert (row.kind, row.deed, row.count) == ("export", "audit_workbook", sheet.max_row - 3)


def test_a_list_names_its_rows(client, rows, household):
    assert client("village", OFFICE).get("/village/households").is_success
    assert rows("village")[-1].objects == [f"household:{household}"]


def test_verify_says_of_each_service_what_holds_and_exits_so(
    run, household, sessions_of, postgres, tmp_path
):
    audit.seal(sessions_of("village"))
    audit.copy_head(sessions_of("village"), tmp_path / "audit-heads", date(2026, 9, 1))
    said = run("verify")
    assert "village：已封存6条，全部相符" in said
    assert "与1个另存的校验值相符" in said
    assert run("check") == said  # as it was called before
    database = str(sessions_of("village").kw["bind"].url.database)
    with psycopg.connect(postgres.dsn(database)) as administrator:
        administrator.execute("SET LOCAL session_replication_role = replica")
        administrator.execute("DELETE FROM audit WHERE number > 4")
    assert "village：前4条相符；从第5条起被删去了" in run("verify", exits=1)
    assert "全部相符" in run("verify", "--heads", str(tmp_path / "none"))


def test_verify_reports_a_tail_that_nobody_seals(run, sessions_of):
    late = """INSERT INTO audit (id, at, kind, deed, account, role, place, objects, request)
        VALUES (uuidv7(interval '-1 hour'), now(), 'act', 'd', 'a', 'HELPER', 'p', '{}', 'r')"""
    with sessions_of("unit").begin() as session:
        session.execute(text(late))
    assert "其中1条早该封存" in run("verify", exits=3)


def test_who_saw_a_household_in_one_question_which_is_kept(run, client, rows, household):
    said = run("seen", "H0001")
    assert OFFICE.account in said
    assert TOWNSHIP_CLERK.account in said
    for service in KEEP_HOUSEHOLDS:
        row = rows(service)[-1]
        assert (row.kind, row.deed, row.objects) == (
            "read",
            "audit_seen",
            [f"household:{household}"],
        )
        assert row.account.startswith("server-")
    assert run("seen", household).count("在服务器上查询谁看过一户") == len(KEEP_HOUSEHOLDS)
    answer = CliRunner().invoke(app, ["audit", "seen", "H9999"])
    assert answer.exit_code == 1
    assert "没有编号是“H9999”的农户" in answer.output


def test_the_file_of_a_case_proves_itself_and_holds_nobodys_data(
    run, client, rows, case, sessions_of, tmp_path
):
    assert client("county", OFFICE).get(f"/county/cases/{case}").is_success
    audit.seal(sessions_of("county"))
    audit.copy_head(sessions_of("county"), tmp_path / "audit-heads", date(2026, 9, 1))
    said = run("package", NUMBER, "--to", str(tmp_path / "out"))
    path = tmp_path / "out" / f"操作记录卷{NUMBER}.zip"
    assert str(path) in said
    with ZipFile(path) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    sums = contents.pop("SHA256SUMS").decode()
    for name, content in contents.items():
        assert f"{sha256(content).hexdigest()}  {name}\n" in sums
        if name.endswith((".json", ".txt")):
            for personal in (ID_NUMBER, HOUSEHOLD["members"][0]["name"]):
                assert personal not in content.decode()
    records = json.loads(contents["records.json"])
    looked = next(one for one in records if one["deed"] == "case")
    assert (looked["service"], looked["account"]) == ("county", OFFICE.account)
    proven = sha256(bytes.fromhex(looked["before"]) + looked["sealed"].encode()).hexdigest()
    assert proven == looked["hash"]
    county = next(
        one for one in json.loads(contents["verification.json"]) if one["service"] == "county"
    )
    assert (county["broken"], county["compared"]) == (None, 1)
    assert [head["number"] for head in county["heads"]] == [1]
    book = load_workbook(BytesIO(contents["操作记录.xlsx"]))
    assert book.sheetnames == ["操作记录", "办理过程", "核对结果"]
    steps = [[cell.value for cell in row] for row in book["办理过程"].iter_rows(min_row=4)]
    assert sorted(step[1] for step in steps) == ["线索经过", "风险线索"]
    assert "张三" not in str(steps)
    assert NUMBER in contents["说明.txt"].decode()
    assert "全部相符" in contents["说明.txt"].decode()
    assert [row.deed for row in rows("dispatch")] == ["audit_package"]
    assert "没有覆盖" in run("package", NUMBER, "--to", str(path), exits=1)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
