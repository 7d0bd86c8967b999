"""Who may do what in dispatch: every door, each role, an own order and somebody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop.permissions import tables
from backstop.services import service_named
from kit.actor import Actor
from kit.clock import ZONE
from kit.messaging.outbox import emitted
from kit.policy.walk import Attempt, doors, matrix
from kit.seal import unseal
from kit.sheets.sheet import Handing, RawSheet, recognise
from schemas.codes import GapItem, Role
from schemas.dispatch import DepartmentNamed
from schemas.values import Answerable
from services.dispatch import service
from services.dispatch.meetings import queries as meetings_queries
from services.dispatch.meetings.models import MeetingNotice
from services.dispatch.orders.models import Order, Reply
from services.dispatch.replies.forms import NUMBER, ReplyDraft
from tests.conftest import actor
from tests.dispatch.test_doors import HEADER
from tests.helpers.posts import OTHERS, OWN, disagreements, post, unasked

ON = date(2026, 9, 1)
VILLAGE, OTHER = "990121100201", "990121200301"
CHASSIS = "/static"  # style sheets and pictures, for anybody
CONCERNED = (  # whose order it may be
    *(Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.LEADING_GROUP),
    *(Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD),
    *(Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY),
    *(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD),
)
OWNERS = tuple(post(role) for role in CONCERNED)
STRANGERS = tuple(one for one in OWN if one.role not in CONCERNED)
BODIES = {
    "route_order": {"department": "housing"},
    "accept_order": {"on_behalf": "宋杰", "behalf_reason": "来电"},
    "return_order": {"reason": "不属本部门", "on_behalf": "宋杰", "behalf_reason": "来电"},
    "report_order": {
        "result": "solved",
        "explanation": "已修缮",
        "on_behalf": "宋杰",
        "behalf_reason": "来电",
    },
    "report_progress": {"text": "已勘察", "on_behalf": "宋杰", "behalf_reason": "来电"},
    "decide_return": {"agree": "false", "reason": "属贵局"},
    "confirm_help": {"received": "true", "on_behalf": "吕静", "behalf_reason": "来电"},
    "close_order": {"note": "办结"},
    "reopen_order": {"reason": "再查"},
    "unmask_order": {"purpose": "IDENTIFY"},
    "move_solve_due": {"due": "2026-12-31", "reason": "雨季"},
}
DENIED = (403, 404)
# Who enters a department's reply or return does not judge it (G-14): a colleague does the entering.
COLLEAGUE = Actor("county-clerk-2", "周文", Role.COUNTY_CLERK, actor(Role.COUNTY_CLERK).place)
ENTERED = ("report_order", "return_order")


@pytest.fixture
def orders(session: Session, opened) -> dict[bool, str]:
    """Own -> id: an order of housing in the village, and one of water in another township."""
    own = opened(ON, GapItem.HOUSING_UNSAFE)
    foreign = opened(ON, GapItem.WATER_UNSAFE)
    foreign.village = OTHER
    foreign.co_handlers = []
    session.commit()
    return {True: own.id, False: foreign.id}


@pytest.fixture
def app(client) -> FastAPI:
    return client("dispatch").app


@pytest.fixture
def door(client) -> Callable[[Actor], TestClient]:
    known: dict[Actor, TestClient] = {}
    return lambda who: known.setdefault(who, client("dispatch", who))


def test_every_door_has_an_action(app: FastAPI):
    assert [one.path for one in doors(app.routes) if not one.action] == [CHASSIS]


def test_everybody_at_every_door_with_an_own_and_a_foreign_order(
    app: FastAPI, door, orders, session: Session, opened, dispatch_sessions, judged
):
    """(post × own, neighbour's and foreign order × door), and what the tables say of every row."""
    for village, item in (
        ("990121100202", GapItem.HOUSING_UNSAFE),  # a neighbour's, of the own department
        ("990121300301", GapItem.WATER_UNSAFE),
    ):
        opened(ON, item).village = village
    session.commit()

    def versions() -> list[tuple[str, int]]:
        with dispatch_sessions() as session:
            return [(one.id, one.version) for one in session.exec(select(Order).order_by(Order.id))]

    def attempt(one: Attempt) -> int:
        path, body = one.door.path.format(id=orders[one.own]), BODIES.get(one.door.name)
        how = {"json": body} if "/api/" in path else {"data": body}
        entered = one.actor == actor(Role.COUNTY_CLERK) and one.door.name in ENTERED
        who = COLLEAGUE if entered else one.actor
        return door(who).request(one.door.method, path, **how if body else {}).status_code

    tried = 0
    of_orders = [one for one in doors(app.routes) if "{id}" in one.path]
    for one in matrix(of_orders, (*OWNERS, *STRANGERS)):
        if one.own and one.actor in STRANGERS:
            continue  # who has no order of his own
        before = versions()
        status = attempt(one)
        assert (status not in DENIED) is one.allowed, (status, one)
        assert one.allowed or versions() == before, one
        tried += 1
    assert tried == len(of_orders) * (2 * len(OWNERS) + len(STRANGERS))
    for one in matrix(of_orders, OTHERS):
        if one.actor.role in one.door.roles and not one.own and not one.allowed:
            before = versions()
            assert attempt(replace(one, own=True)) in DENIED, one  # a neighbour's of that order
            assert versions() == before, one
    with dispatch_sessions.begin() as session:
        session.add(MeetingNotice(meeting="m", department="housing", on=ON, place="三楼"))
    for who in (*OWN, *OTHERS):
        for path in ("/", "/orders", "/ageing", "/departments", "/search?q=DQ"):
            door(who).get(f"/dispatch{path}")
    with dispatch_sessions() as session:
        assert list(disagreements(session, service.Table, judged)) == []
    by_row = tables(service_named("dispatch"))
    assert unasked([by_row["orders"], by_row["replies"], by_row["decisions"]], judged) == []


@pytest.mark.parametrize("who", [*OWNERS, *STRANGERS], ids=lambda who: who.role.value)
def test_lists_show_ones_own_orders_only(
    who: Actor, door, orders, dispatch_sessions: sessionmaker[Session], tmp_path
):
    with dispatch_sessions() as session:
        numbers = {own: session.get_one(Order, id).number for own, id in orders.items()}
    county = who.role in CONCERNED[:3]
    seen = {numbers[own] for own in (True, False) if county or (own and who in OWNERS)}
    if who.role is Role.ADMINISTRATOR:
        for path in ("/api/orders", "/orders.xlsx", "/orders", "/ageing", "/search?q=DQ"):
            assert door(who).get(f"/dispatch{path}").status_code == 403, path
        return
    listed = door(who).get("/dispatch/api/orders").json()
    assert {one["number"] for one in listed} == seen
    (tmp_path / "orders.xlsx").write_bytes(door(who).get("/dispatch/orders.xlsx").content)
    sheet = openpyxl.load_workbook(tmp_path / "orders.xlsx").active
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert cells & set(numbers.values()) == seen
    for path in ("/orders", "/ageing", "/search?q=DQ"):
        page = door(who).get(f"/dispatch{path}").text
        assert {number for number in numbers.values() if number in page} == seen, path


def test_departments_are_named_by_whom_the_table_says(door, orders):
    body = {"departments": [{"code": "tourism", "name": "县文旅局"}]}
    for who in (*OWNERS, *STRANGERS):
        status = door(who).post("/dispatch/api/departments", json=body).status_code
        may = who.role in (Role.ADMINISTRATOR, Role.COUNTY_CLERK)
        assert status == (200 if may else 403), who
    unknown = {"departments": [{"code": "x", "name": "x", "active": False}]}
    office = door(actor(Role.ADMINISTRATOR))
    assert office.post("/dispatch/api/departments", json=unknown).status_code == 422


def test_a_notice_of_a_meeting_is_read_by_its_department(session: Session):
    session.add(MeetingNotice(meeting="m", department="housing", on=ON, place="三楼"))
    session.flush()

    def read(who: Actor) -> int:
        return len(meetings_queries.meeting_notices(session, who, ON))

    assert read(actor(Role.DEPARTMENT_HEAD, "housing")) == 1
    assert read(actor(Role.DEPARTMENT_HEAD, "water")) == 0
    assert read(actor(Role.UNIT_CLERK, "housing")) == 0  # a unit that has the same code


def test_g_05_an_order_is_answered_without_personal_data(door, orders):
    for who in OWNERS:
        said = door(who).get(f"/dispatch/api/orders/{orders[True]}").json()
        assert not said.keys() & {"head_name", "words", "id_number", "phone", "need"}


def test_g_10_only_the_office_dates_a_receipt(
    door, orders, session: Session, dispatch_sessions: sessionmaker[Session]
):
    """Neither as a program, nor on the page, nor with the sheet."""
    path = f"/orders/{orders[True]}/report"
    paper = {"received_on": "2026-08-31", "entry_reason": "纸质表早到"} | BODIES["report_order"]
    housing, office = door(actor(Role.DEPARTMENT_CLERK, "housing")), door(OWNERS[0])
    assert housing.post(f"/dispatch/api{path}", json=paper).status_code == 403
    assert housing.post(f"/dispatch{path}", data=paper).status_code == 403
    number = session.get_one(Order, orders[True]).number
    rows = [[number, None, None, None, "已解决", None, "已修缮", *[None] * 4]]
    raw = RawSheet(file="反馈.xlsx", title="反馈", rows=[["反馈表"], HEADER, *rows])
    sheet = recognise(raw, service_named("dispatch").sheets)
    assert sheet
    now = datetime(2026, 9, 18, tzinfo=ZONE)
    how = Handing(
        actor=actor(Role.DEPARTMENT_CLERK, "housing"),
        on=ON,
        now=now,
        month="2026-09",
        received_on=ON,
        reason="早到",
    )
    report = sheet.kind.take(session, sheet, how)
    assert (report.taken, [cell.name for cell in report.refused]) == (0, [NUMBER])
    session.rollback()
    assert office.post(f"/dispatch/api{path}", json=paper).status_code == 200
    with dispatch_sessions() as fresh:
        assert fresh.exec(select(Reply)).one().on == date(2026, 8, 31)


def test_a_report_has_no_field_that_its_row_would_drop():
    """F-45."""
    assert set(ReplyDraft.model_fields) <= set(Reply.model_fields)


def test_f_18_no_order_is_ever_left_out(
    door, orders, dispatch_sessions: sessionmaker[Session], tmp_path
):
    """1,010 orders: board, export and API know of all, and the oldest is found."""
    copied = ", ".join(
        f'"{name}"' for name in Order.model_fields if name not in ("id", "need", "number")
    )
    copies = text(f"""INSERT INTO dispatch_order (id, need, number, {copied})
        SELECT 'copy-' || n, 'need-' || n, 'DQ-990121-202608-' || n, {copied}
        FROM dispatch_order, generate_series(1001, 2008) n WHERE id = :id""")
    with dispatch_sessions.begin() as session:
        session.execute(copies, {"id": orders[True]})
    office = door(actor(Role.COUNTY_CLERK))
    assert len(office.get("/dispatch/api/orders").json()) == 1010
    board = office.get("/dispatch/orders").text
    assert "共1010张" in board
    assert "导出全部1010张" in board
    assert "第1页，共21页" in board
    assert "DQ-990121-202608-1001" in office.get("/dispatch/orders?page=21").text
    assert "共1010张" in office.get("/dispatch/search?q=DQ").text
    (tmp_path / "orders.xlsx").write_bytes(office.get("/dispatch/orders.xlsx").content)
    rows = openpyxl.load_workbook(tmp_path / "orders.xlsx").active.iter_rows(values_only=True)
    assert sum(str(row[0]).startswith("DQ-") for row in rows) == 1010


def test_n_18_the_departments_sheet_names_who_answers_first_and_who_directly(session: Session):
    """Told to the others sealed, beside the name; a sheet without these columns is read as ever."""
    head = [
        "部门代码",
        "部门名称",
        "曾用名（分号隔开）",
        "第一责任人",
        "直接责任人",
        "直接责任人电话",
    ]
    row = ["housing", "县住房和城乡建设局", None, "何局", "周办", "16000000001"]
    how = Handing(actor=OWNERS[0], on=ON, now=datetime(2026, 9, 1, tzinfo=ZONE), month="2026-09")
    for columns in (3, 6):
        raw = RawSheet(file="机构.xlsx", title="行业部门", rows=[head[:columns], row[:columns]])
        sheet = recognise(raw, service_named("dispatch").sheets)
        assert sheet
        sheet.kind.take(session, sheet, how)
    event = emitted(session)[-1]
    assert isinstance(event, DepartmentNamed)
    assert event.sealed
    assert unseal(session, event.sealed, Answerable) == Answerable(
        head="何局", officer="周办", phone="16000000001"
    )
    assert "何局" not in event.model_dump_json()
