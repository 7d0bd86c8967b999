"""The audit at the doors of the services that do the work: all that change something, a sample
at work. Those of access, which come before anybody is signed in: tests/backstop/test_audited_routes.py.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import Row, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.audit import AuditedRoute
from kit.audit.entry import READING
from rulebook.ids import make_id
from schemas.codes import Level, Role
from schemas.village import DivisionNamed
from services.casework.directory.handlers import feed
from tests.access.conftest import name_places
from tests.conftest import actor

TOWNSHIP, VILLAGE, MONTH = "990121100000", "990121100201", "2026-09"
OFFICE = actor(Role.COUNTY_CLERK)
DIVISIONS = [
    {"division": "990121", "name": "守望县"},
    {"division": TOWNSHIP, "name": "河湾镇"},
    {"division": VILLAGE, "name": "石桥村"},
]
ID_NUMBER = make_id("990121", date(1970, 1, 1), 1)
HOUSEHOLD = {
    "number": "H0001",
    "village": VILLAGE,
    "group": "01",
    "stratum": "EX_POOR",
    "members": [{"name": "张三", "id_number": ID_NUMBER, "relationship": "户主"}],
}
ACTS: dict[str, list[tuple[str, str, Any]]] = {
    "village": [
        ("name_divisions", "/divisions", DIVISIONS),
        ("name_groups", "/groups", [{"village": VILLAGE, "group": "01", "leader": "李四"}]),
        ("register_households", "/households", [HOUSEHOLD]),
        ("open_month", "/months", {"month": MONTH}),
    ],
    "unit": [
        ("name_units", "/units", [{"unit": "U001", "name": "县水利局"}]),
        ("name_helpers", "/helpers", [{"helper": "U001-01", "unit": "U001", "name": "徐勇"}]),
        ("open_month", "/months", {"month": MONTH}),
    ],
    "county": [
        ("enter_teams", "/teams", [{"code": "D1", "name": "第一组", "townships": [TOWNSHIP]}]),
        ("open_month", "/months", {"month": MONTH}),
    ],
    "dispatch": [
        (
            "name_departments",
            "/departments",
            {"departments": [{"code": "housing", "name": "县住建局"}]},
        )
    ],
    "casework": [
        (
            "record_lead",
            "/leads",
            {
                "head_name": "张三",
                "id_number": ID_NUMBER,
                "village": VILLAGE,
                "channel": "SELF_REPORT",
                "on": "2026-09-01",
            },
        )
    ],
}


@pytest.fixture
def rows(sessions_of: Callable[[str], sessionmaker[Session]]) -> Callable[[str], list[Row]]:
    def kept(service: str) -> list[Row]:
        with sessions_of(service).begin() as session:
            return list(session.execute(text("SELECT * FROM audit ORDER BY id")))

    return kept


def acted(client: Callable[..., TestClient], service: str) -> None:
    """The service has something; access and casework what the others tell them."""
    if service == "access":
        with client(service).app.state.sessions.begin() as session:
            name_places(session)
        return
    if service == "casework":
        with client(service).app.state.sessions.begin() as session:
            village = DivisionNamed(
                division=VILLAGE, level=Level.VILLAGE, name="石桥村", parent=TOWNSHIP
            )
            feed.keep(session, village)
    for _, path, body in ACTS[service]:
        answer = client(service, OFFICE).post(f"/{service}/api{path}", json=body)
        assert answer.status_code < 300, answer.text


@pytest.mark.parametrize("service", ACTS)
def test_every_door_that_changes_something_is_audited(client, service):
    routes = client(service, OFFICE).app.routes
    changing = [
        route
        for context in iter_route_contexts(list(routes))
        if (context.methods or set()) - set(READING) and (route := context.original_route)
    ]
    assert len(changing) > 5
    assert [route.path for route in changing if not isinstance(route, AuditedRoute)] == []


@pytest.mark.parametrize("service", ACTS)
def test_each_act_leaves_one_row(client, rows, service):
    acted(client, service)
    kept = [(row.kind, row.deed, row.account) for row in rows(service)]
    assert kept == [("act", deed, OFFICE.account) for deed, *_ in ACTS[service]]


def test_a_workbook_is_one_row_however_many_lines_it_has(client, rows):
    acted(client, "village")
    before = len(rows("village"))
    lines = [["区划代码", "级别", "名称", "上级代码"]]
    sheet = {"file": "区划.xlsx", "title": "区划", "rows": lines}
    lines += [[f"9901211002{n:02}", "村", f"试用{n}村", TOWNSHIP] for n in range(2, 60)]
    answer = client("village", OFFICE).post(
        "/village/api/sheets", json={"month": MONTH, "sheet": sheet}
    )
    assert answer.status_code == 200, answer.text
    (row,) = rows("village")[before:]
    assert (row.kind, row.deed) == ("act", "take_sheet")


def test_looking_into_the_register_is_a_read_and_its_workbook_an_export(client, rows):
    acted(client, "village")
    before, office = len(rows("village")), client("village", OFFICE)
    assert office.get("/village/").status_code == 200
    (household,) = office.get("/village/api/households").json()
    assert office.get(f"/village/households/{household['id']}").status_code == 200
    assert office.get("/village/households.xlsx").status_code == 200
    assert [(row.kind, row.deed, row.count) for row in rows("village")[before:]] == [
        ("read", "household", None),
        ("read", "household", None),
        ("export", "household", 1),
    ]
    assert rows("village")[before + 1].objects == [f"household:{household['id']}"]


def test_looking_at_what_was_refused_of_sheets_is_a_read(client, rows):
    assert client("village", OFFICE).get("/village/api/sheets").status_code == 200
    assert [(row.kind, row.deed) for row in rows("village")] == [("read", "sheets")]


def test_no_row_holds_what_is_personal(client, rows):
    acted(client, "village")
    client("village", OFFICE).get("/village/households?q=张三")
    client("village", OFFICE).get(f"/village/households?village={ID_NUMBER}")
    kept = " ".join(map(str, rows("village")))
    assert all(one not in kept for one in ("张三", "李四", ID_NUMBER, "H0001"))
