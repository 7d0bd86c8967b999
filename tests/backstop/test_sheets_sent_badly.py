"""Every service's doors for sheets, used badly: twice in a row, half-sent, by the wrong role, in the
wrong month. A sentence, nothing half-written.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.services import NAMES, every_service
from kit.sheets import door as sheet_door
from kit.sheets.sheet import AS_A_WHOLE, MORE, NAMED
from rulebook.senders import SENDERS
from schemas.codes import Role
from services.casework.identification.views import FILES
from tests.conftest import COUNTY, actor
from tests.kit.test_audit_doors import MONTH, TOWNSHIP, VILLAGE, acted

OFFICE = actor(Role.COUNTY_CLERK)
LEADER = actor(Role.GROUP_LEADER, f"{VILLAGE}/01")
ROWS: dict[str, list[list[str]]] = {
    "village": [
        ["区划代码", "级别", "名称", "上级代码"],
        ["990121100202", "村", "上坝村", TOWNSHIP],
    ],
    "unit": [
        ["单位代码", "单位名称", "帮扶责任人编号", "帮扶责任人", "联系电话"],
        ["U002", "县文化馆", "U002-01", "试用乙", "16000000002"],
    ],
    "county": [
        ["组号", "督导组", "组长", "组员", "负责乡镇"],
        ["D2", "第二督导组", "试用丙", "试用丁", TOWNSHIP],
    ],
    "dispatch": [["部门代码", "部门名称", "曾用名（分号隔开）"], ["health", "县卫生健康局", ""]],
    "casework": [  # a list that left, and changes nothing
        [*FILES.heads],
        ["SB-990121-202609-0001", "张三", "石桥村", "干部排查", *[""] * (len(FILES.heads) - 4)],
    ],
    "access": [
        ["姓名", "手机号", "岗位", "地方或单位"],
        ["试用戊", "16000000005", "乡镇专干", TOWNSHIP],
    ],
}
DOORS = ("sheets", "sheets/pages")


def request_of(name: str, door: str, month: str = MONTH) -> bytes:
    """The service's sheet as that door takes it."""
    said = {"file": "名单.xlsx", "title": "名单"}
    if door == "sheets":
        return json.dumps({"month": month, "sheet": said | {"rows": ROWS[name]}}).encode()
    lines = [said | {"month": month}, ROWS[name]]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@pytest.fixture
def written(sessions_of: Callable[[str], sessionmaker[Session]]) -> Callable[[str], Any]:
    """How many reports of sheets and how many events a service has written."""

    def count(name: str) -> Any:
        with sessions_of(name)() as session:
            tables = ("sheet", "outbox")
            return [
                session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in tables
            ]

    return count


def send(browser: TestClient, name: str, door: str, body: bytes) -> Any:
    kind = "application/json" if door == "sheets" else "application/x-ndjson"
    return browser.post(f"/{name}/api/{door}", content=body, headers={"content-type": kind})


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_sheet_twice_in_a_row_changes_nothing_the_second_time(client, written, name, door):
    acted(client, name)
    body = request_of(name, door)
    first = send(client(name, OFFICE), name, door, body)
    assert (first.status_code, first.json()["refused"]) == (200, []), first.text
    before = written(name)
    second = send(client(name, OFFICE), name, door, body)
    assert (second.status_code, second.json()["taken"]) == (200, 0), second.text
    assert second.json()["unchanged"] == 1
    reports, events = written(name)
    assert [reports - 1, events] == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_half_a_sheet_is_refused_in_a_sentence(client, written, name, door):
    acted(client, name)
    body, before = request_of(name, door), written(name)
    for half in (body[: len(body) // 2], body[:-3], body[:40], b""):
        answer = send(client(name, OFFICE), name, door, half)
        assert answer.status_code == 422, (half, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["detail"])
    assert written(name) == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_of_the_wrong_role_is_refused_whole(client, written, name, door):
    acted(client, name)
    before = written(name)
    answer = send(client(name, LEADER), name, door, request_of(name, door))
    assert (answer.status_code, Role.GROUP_LEADER.label in answer.json()["detail"]) == (403, True)
    nobody = send(client(name), name, door, request_of(name, door))
    assert nobody.status_code == 401
    assert written(name) == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_of_no_month_is_refused(client, written, name, door):
    acted(client, name)
    before = written(name)
    for month in ("2026-13", "九月", "2099-01"):
        answer = send(client(name, OFFICE), name, door, request_of(name, door, month))
        assert answer.status_code == 422, answer.text
    assert written(name) == before


def test_g_05_the_role_is_asked_before_a_row_is_looked_at(client):
    """Why a row is refused may say whose helper that is."""
    acted(client, "unit")
    header, row = ROWS["unit"]
    rows = [header, [*row[:2], "U001-01", *row[3:]]]
    sheet = {"file": "名单.xlsx", "title": "名单", "rows": rows}
    sent = {"month": MONTH, "sheet": sheet}
    told = client("unit", OFFICE).post("/unit/api/sheets", json=sent)
    assert "徐勇" in told.json()["refused"][0]["reason"]
    answer = client("unit", LEADER).post("/unit/api/sheets", json=sent)
    assert (answer.status_code, "徐勇" in answer.text) == (403, False)


def head() -> bytes:
    return json.dumps({"file": "名单.xlsx", "title": "名单", "month": MONTH}).encode() + b"\n"


@pytest.mark.parametrize(
    "page",
    [
        b"[" + b"[]," * 250_000 + b"[]]",
        b"[" + b" " * (5 << 20) + b"]",
        json.dumps([[1] * 201]).encode(),
    ],
    ids=["values", "bytes", "columns"],
)
@pytest.mark.parametrize("name", NAMES)
def test_g_06_a_page_of_more_than_a_door_takes_is_refused_in_a_sentence(client, name, page):
    """What its values would take is counted before any of them is made."""
    answer = send(client(name, OFFICE), name, "sheets/pages", head() + page)
    assert (answer.status_code, "最多" in answer.json()["detail"]) == (422, True), answer.text


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
def test_g_12_a_number_that_no_cell_holds_is_refused_in_a_sentence(client, number, door):
    acted(client, "village")
    body = request_of("village", door).replace(b'"990121100202"', number)
    assert number in body
    answer = send(client("village", OFFICE), "village", door, body)
    assert answer.status_code == 422, answer.text
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["detail"])


def test_g_06_a_page_as_large_as_the_importer_sends_is_taken(client):
    """A thousand rows of two hundred columns."""
    acted(client, "village")
    header, row = ROWS["village"]
    page = [[*header, *["列"] * 196], *[[*row, *["长长长"] * 196]] * 999]
    sent = json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
    answer = send(client("village", OFFICE), "village", "sheets/pages", head() + sent)
    assert (answer.status_code, answer.json()["refused"]) == (200, []), answer.text


def test_g_06_a_sheet_has_no_more_rows_than_any_program_writes(client, monkeypatch):
    monkeypatch.setattr(sheet_door, "ROWS", 3)
    body = head() + json.dumps([["甲"]] * 2).encode() + b"\n" + json.dumps([["甲"]] * 2).encode()
    answer = send(client("village", OFFICE), "village", "sheets/pages", body)
    assert (answer.status_code, "最多能收3行" in answer.json()["detail"]) == (422, True)


def test_g_06_who_hands_in_nothing_is_refused_before_a_byte_is_read(client):
    answer = send(client("village", LEADER), "village", "sheets/pages", b"[" * (1 << 20))
    assert (answer.status_code, "可以导入表格；您是" in answer.json()["detail"]) == (403, True)


def test_g_11_a_door_that_takes_pages_refuses_keys(client, written):
    """It has dealt with a sheet before it knows all that is in it."""
    acted(client, "village")
    before = written("village")
    answer = client("village", OFFICE).post(
        "/village/api/sheets/pages",
        content=request_of("village", "sheets/pages"),
        headers={"content-type": "application/x-ndjson", "Idempotency-Key": "a"},
    )
    assert (answer.status_code, "不收Idempotency-Key" in answer.json()["detail"]) == (422, True)
    assert written("village") == before


def test_whoever_hands_in_some_kind_of_sheet_may_send_one():
    kinds = [kind for service in every_service() for kind in service.sheets]
    assert {role for kind in kinds for role in kind.roles} == set(SENDERS)


PLACES = {
    Role.COUNTY_CLERK: COUNTY,
    Role.VILLAGE_CLERK: VILLAGE,
    Role.UNIT_CLERK: "U001",
    Role.SUPERVISOR: "D1",
    Role.DEPARTMENT_CLERK: "housing",
}
REPORTS = [
    (service.name, kind)
    for service in every_service()
    for kind in service.sheets
    if kind.months or kind.name == "replies"
]


@pytest.mark.parametrize(("name", "kind"), REPORTS, ids=lambda value: getattr(value, "name", value))
def test_g_06_a_report_of_more_rows_than_anybody_has_is_not_held_in_memory(client, name, kind):
    """Two hundred columns of a million rows are ten gigabytes, of a file of a kilobyte."""
    acted(client, name)
    wide = [*kind.columns, *(f"列{n}" for n in range(200 - len(kind.columns)))]
    page = json.dumps([["1"] * 200] * 1000).encode() + b"\n"
    said = {"file": "县水利局.xlsx", "title": "名单", "month": MONTH, "opens": True}
    body = b"".join(json.dumps(line).encode() + b"\n" for line in (said, [wide])) + page * 3
    role = next(role for role in PLACES if role in kind.roles)
    answer = send(client(name, actor(role, PLACES[role])), name, "sheets/pages", body)
    assert answer.status_code == 422, answer.text
    assert f"超过{AS_A_WHOLE // 200}行" in answer.json()["detail"]


def test_g_06_a_report_names_so_many_refused_cells_and_says_that_there_are_more(client):
    acted(client, "village")
    header, row = ROWS["village"]
    lines = [header, *([f"99012110{n:04}", "镇", *row[2:]] for n in range(NAMED + 5))]
    body = head() + b"".join(
        json.dumps(lines[at : at + 1000]).encode() + b"\n" for at in range(0, len(lines), 1000)
    )
    answer = send(client("village", OFFICE), "village", "sheets/pages", body)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["refused"]) == NAMED
    assert MORE in answer.json()["notes"]
