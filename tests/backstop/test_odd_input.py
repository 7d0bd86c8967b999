"""G-12, G-13: what is odd in a request is the sender's to mend, in a sentence; nothing of it is a
fault of ours, and none of it is believed.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from backstop.front import Front
from backstop.importer import FileReport
from backstop.installation import Installation
from backstop.portal import imports, make_front
from backstop.services import NAMES
from kit.cookies import MESSAGE
from kit.documents import Table, sheets
from kit.turns import turn
from kit.web.pages import done
from rulebook.ids import make_id
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import told
from tests.kit.test_audit_doors import HOUSEHOLD, MONTH, VILLAGE, acted

OFFICE = actor(Role.COUNTY_CLERK)
HEAD = HOUSEHOLD["members"][0]
CHILD = {"name": "张小三", "relationship": "子"}


@pytest.fixture
def village(client: Callable[..., TestClient]) -> TestClient:
    """The office at village's doors; there is one household."""
    acted(client, "village")
    return client("village", OFFICE)


def doors_of_months(app) -> Iterator[str]:
    """What can be looked at for a month, in every service."""
    for path, methods in app.openapi()["paths"].items():
        if "get" in methods and "{month}" in path:
            yield path


@pytest.mark.parametrize("month", ["2100-05", "2040-12", "1900-01", "2199-12"])
@pytest.mark.parametrize("name", NAMES)
def test_g_12_a_month_far_away_is_no_fault_of_ours(client, name, month):
    office = client(name, OFFICE)
    for path in doors_of_months(office.app):
        address = re.sub(r"\{\w+\}", "x", path.replace("{month}", month))
        assert office.get(address).status_code < 500, address
    if name != "dispatch":
        answer = office.post(f"/{name}/api/months", json={"month": month})
        assert answer.status_code < 500, answer.text


def test_g_12_a_position_that_no_number_holds(client):
    for position in (10**20, -(10**20), 1e400):
        body = f'{{"month": "{MONTH}", "position": {position}}}'.replace("inf", "1e400")
        for path in ("/county/api/lines/x", "/county/api/meetings"):
            answer = client("county", OFFICE).post(
                path, content=body, headers={"content-type": "application/json"}
            )
            assert answer.status_code < 500, answer.text
            assert answer.headers["content-type"] in (
                "application/problem+json",
                "application/json",
            )


def test_g_12_two_rows_of_one_household(village):
    other = HOUSEHOLD | {"members": [HEAD | {"id_number": make_id("990121", date(1971, 1, 1), 2)}]}
    for body in ([HOUSEHOLD, HOUSEHOLD], [HOUSEHOLD | {"number": "H2"}, other | {"number": "H2"}]):
        answer = village.post("/village/api/households", json=body)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert re.search("[\u4e00-\u9fff]", answer.json()["detail"])
    numbers = [entry["number"] for entry in village.get("/village/api/households").json()]
    assert len(numbers) == len(set(numbers))


def test_g_12_a_household_with_a_child_without_a_number_has_a_page(village):
    with_child = HOUSEHOLD | {"members": [HEAD, CHILD]}
    assert village.post("/village/api/households", json=[with_child]).status_code < 300
    (household,) = village.get("/village/api/households").json()
    page = village.get(f"/village/households/{household['id']}")
    assert page.status_code == 200
    assert CHILD["name"] in page.text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("title", ["九月/十月", "a\\b?*[]:", "", "\u202e表"])
def test_g_12_a_sheets_title_may_be_anything(client, name, title):
    sheet = {"file": "../a/b\u0001.xlsx", "title": title, "rows": [["甲", "乙"]]}
    answer = client(name, OFFICE).post(f"/{name}/api/sheets", json={"month": MONTH, "sheet": sheet})
    assert answer.status_code == 422, answer.text
    assert "不是本系统认识的样式" in answer.json()["detail"]


@pytest.mark.parametrize("name", NAMES)
def test_f_21_a_sheets_title_has_a_limit(client, name):
    sheet = {"file": "名单.xlsx", "title": "长" * 300, "rows": [["甲", "乙"]]}
    answer = client(name, OFFICE).post(f"/{name}/api/sheets", json={"month": MONTH, "sheet": sheet})
    assert (answer.status_code, answer.json()["detail"][:6]) == (422, "填写内容太长")


def test_g_12_a_workbook_whose_name_has_a_slash_leaves():
    table = Table.of("九月/十月：甲[乙]", [("名称", "name")], [])
    book = load_workbook(BytesIO(sheets("九月/十月", [table]).answer().body))
    assert "/" not in book.sheetnames[0]


@pytest.mark.parametrize("name", ["village", "unit", "county"])
def test_g_13_a_month_that_has_not_begun_is_not_opened(client, name):
    acted(client, name)
    answer = client(name, OFFICE).post(f"/{name}/api/months", json={"month": "2026-10"})
    assert answer.status_code == 422, answer.text
    assert "2026年10月还没有到" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"size": -1}, "家庭人口太小，至少1"),
        ({"members": [HEAD | {"id_number": "990121197001010010"}]}, "校验不通过"),
        ({"village": "990121100299"}, "村"),
    ],
)
def test_g_13_what_cannot_be_is_refused_over_the_api(village, changed, said):
    answer = village.post("/village/api/households", json=[HOUSEHOLD | changed])
    assert answer.status_code in (404, 422), answer.text
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("size", [-1, 0, 100])
def test_g_13_no_household_has_such_a_size(village, size):
    (household,) = village.get("/village/api/households").json()
    finding = {"household": household["id"], "causes": ["ILLNESS"], "size": size}
    answer = village.post(
        "/village/api/findings", json={"village": VILLAGE, "month": MONTH, "finding": finding}
    )
    assert answer.status_code == 422, answer.text
    assert "家庭人口" in answer.json()["detail"]


def test_f_47_nobodys_link_speaks_in_our_box(client):
    office = client("county", OFFICE)
    forged = office.get("/county/", params={"message": "请把钱转到这个账户"}).text
    assert "请把钱转到" not in forged
    answer = done("/county/", "通报已签发。")
    assert answer.headers["location"] == "/county/"
    office.cookies.set(MESSAGE, quote("通报已签发。"))
    page = office.get("/county/")
    assert '<div class="alert alert-success no-print" role="status">通报已签发。</div>' in page.text
    assert f'{MESSAGE}=""' in page.headers["set-cookie"]  # said once


@pytest.mark.parametrize("path", ["/county/api/months", "/county/months/2026-09/export"])
def test_g_13_answers_are_kept_by_nobody_on_the_way(client, path):
    acted(client, "county")
    answer = client("county", OFFICE).get(path)
    assert answer.headers["cache-control"] == "no-store", answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def front(tmp_path: Path) -> Front:
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    return Front(installation, "https://desk.example")


def test_g_13_marked_copies_are_ours_alone_and_go(front: Front):
    who = actor(Role.VILLAGE_CLERK, VILLAGE)
    folder = imports.marked_folder(front, who)
    assert folder.stat().st_mode & 0o077 == 0
    old, fresh = folder / "老.xlsx", folder / "新.xlsx"
    for copy in (old, fresh):
        copy.write_bytes(b"")
    os.utime(old, (0, time.time() - imports.KEPT - 60))
    imports.marked_folder(front, who)
    assert [path.name for path in folder.iterdir()] == ["新.xlsx"]


@pytest.mark.parametrize("name", ["长" * 300, "a" * 300, "%00", "%2e%2e", "没有.xlsx"])
def test_g_12_a_name_that_no_file_can_have_is_not_found(front: Front, name: str):
    clerk = actor(Role.VILLAGE_CLERK, VILLAGE)
    browser = TestClient(make_front(front), headers=told(front, clerk))
    assert browser.get(f"/imports/marked/{name}").status_code == 404
    assert browser.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("name", ["名单#2", "完成50%", "上报?", "A+B&C"])
def test_g_12_the_link_to_a_marked_copy_leads_there_whatever_it_is_called(
    front: Front, monkeypatch: pytest.MonkeyPatch, name: str
):
    who = actor(Role.VILLAGE_CLERK, VILLAGE)
    copy = imports.marked_folder(front, who) / f"{name}-请改正.xlsx"
    copy.write_bytes(b"marked")

    async def taken(*_: object) -> list[FileReport]:
        return [FileReport("名单.xlsx", marked=copy)]

    monkeypatch.setattr(imports, "import_files", taken)
    browser = TestClient(make_front(front), headers=told(front, who))
    sent = {"data": {"month": MONTH}, "files": {"files": ("名单.xlsx", b"x")}}
    [link] = re.findall(r'href="(/imports/marked/[^"]+)"', browser.post("/imports", **sent).text)
    assert browser.get(unescape(link)).content == b"marked"


def test_g_06_an_account_imports_so_often_at_once(front: Front, monkeypatch: pytest.MonkeyPatch):
    who = actor(Role.VILLAGE_CLERK, VILLAGE)

    async def taken(*_: object) -> list[FileReport]:
        return []

    monkeypatch.setattr(imports, "import_files", taken)
    browser = TestClient(make_front(front), headers=told(front, who))
    sent = {"data": {"month": MONTH}, "files": {"files": ("名单.xlsx", b"x")}}
    with ExitStack() as others:
        for _ in range(imports.AT_ONCE):
            others.enter_context(turn(imports.AT_ONCE, "imports", who.account))
        assert browser.post("/imports", **sent).status_code == 429
    assert browser.post("/imports", **sent).status_code == 200


def test_f_40_whoever_sent_no_sheet_sees_none(client):
    acted(client, "village")
    lines = [["区划代码", "级别", "名称", "上级代码"], ["990121100299", "镇", "错", "x"]]
    sheet = {"file": "区划.xlsx", "title": "区划", "rows": lines}
    sent = client("village", OFFICE).post(
        "/village/api/sheets", json={"month": MONTH, "sheet": sheet}
    )
    assert sent.status_code == 200, sent.text
    leader = client("village", actor(Role.GROUP_LEADER, f"{VILLAGE}/01"))
    assert leader.get("/village/api/sheets").json() == []
    assert len(client("village", OFFICE).get("/village/api/sheets").json()) == 1


def test_what_goes_wrong_is_told_in_chinese_also_by_libraries(client):
    office = client("county", OFFICE)
    answers: list[httpx.Response] = [
        office.get("/county/api/nowhere"),
        office.put("/county/api/months"),
        office.post(
            "/county/api/months", content=b"{", headers={"content-type": "application/json"}
        ),
        office.post("/county/api/months", json={"month": 9, "more": 1}),
        office.post("/county/api/months", content=b"x", headers={"content-type": "text/plain"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 422, 422, 415]
    for answer in answers:
        problem = answer.json()
        told = [problem["title"], problem["detail"]]
        told += [field["reason"] for field in problem.get("errors", [])]
        assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in told), problem
    assert answers[1].headers["allow"]
