"""The doors: JSON API with problem JSON and roles, every page for every role, forms, files."""

import re
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop.services import service_named
from kit.actor import Actor
from kit.clock import ZONE, SimulatedClock
from kit.sheets.sheet import Handing, RawSheet, recognise
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import GapItem, Role
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order

ON = date(2026, 9, 1)
API = "/dispatch/api/orders"
COUNTY, VILLAGE = "990121000000", "990121100201"


@pytest.fixture
def order(session: Session, opened) -> Order:
    """A housing order, committed."""
    made = opened(ON, GapItem.HOUSING_UNSAFE)
    opened(ON, GapItem.OTHER)
    session.commit()
    return made


@pytest.fixture
def at_door(client, order) -> Callable[..., TestClient]:
    return lambda role, place=COUNTY, name="试用人": client(
        "dispatch", Actor(f"{role}-{place}-{name}", name, role, place)
    )


def test_an_order_travels_over_the_api(at_door, order) -> None:
    housing, clerk = at_door(Role.DEPARTMENT_CLERK, "housing"), at_door(Role.VILLAGE_CLERK, VILLAGE)
    office = at_door(Role.COUNTY_CLERK)
    assert housing.post(f"{API}/{order.id}/acceptance").json()["state"] == "accepted"
    body = {"result": "solved", "explanation": "已修缮", "amount": 1_200_000}
    assert housing.post(f"{API}/{order.id}/report", json=body).json()["state"] == "solved"
    assert (
        clerk.post(f"{API}/{order.id}/confirmation", json={"received": True}).json()["state"]
        == "confirmed"
    )
    assert office.post(f"{API}/{order.id}/closure").json()["state"] == "closed"
    found = office.get(f"{API}/{order.id}").json()
    assert [event["deed"] for event in found["history"]] == [
        "open",
        "issue",
        "accept",
        "solve",
        "confirm",
        "close",
    ]
    refused = housing.post(f"{API}/{order.id}/report", json=body)
    assert (refused.status_code, refused.headers["content-type"]) == (
        409,
        "application/problem+json",
    )
    assert "已办结" in refused.json()["detail"]
    assert [one["number"] for one in office.get(API, params={"state": "closed"}).json()] == [
        order.number
    ]


REFUSED = [
    (Role.DEPARTMENT_CLERK, "water", "acceptance", {}, 403),
    (Role.VILLAGE_CLERK, VILLAGE, "acceptance", {}, 403),
    (Role.ADMINISTRATOR, COUNTY, "acceptance", {}, 403),
    (Role.COUNTY_LEADER, COUNTY, "solve-due", {"due": "2026-12-31", "reason": "x"}, 403),
    (Role.DEPARTMENT_HEAD, "housing", "solve-due", {"due": "2026-12-31", "reason": "x"}, 403),
    (Role.DEPARTMENT_CLERK, "housing", "return", {"reason": ""}, 422),
    (Role.DEPARTMENT_CLERK, "housing", "report", {"result": "cured", "explanation": "x"}, 422),
    (Role.DEPARTMENT_CLERK, "housing", "report", {"result": "planned", "explanation": "x"}, 422),
    (Role.COUNTY_CLERK, COUNTY, "closure", {}, 409),
    (Role.COUNTY_CLERK, COUNTY, "return-decision", {"agree": True}, 409),
]


def test_the_api_refuses_with_problem_json(at_door, order) -> None:
    for role, place, action, body, status in REFUSED:
        answer = at_door(role, place).post(f"{API}/{order.id}/{action}", json=body)
        assert answer.status_code == status, (role, action)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].endswith("。")


def test_what_is_not_there_or_not_ones_own_is_not_found(at_door, order, client) -> None:
    assert at_door(Role.COUNTY_CLERK).post(f"{API}/nothing/closure").status_code == 404
    assert at_door(Role.DEPARTMENT_CLERK, "water").get(f"{API}/{order.id}").status_code == 404
    assert at_door(Role.ADMINISTRATOR).get(API).status_code == 403, "he sees no household"
    assert client("dispatch").get(API).status_code == 401


def test_departments_are_named_by_the_administrator_or_the_office(at_door) -> None:
    body = {"departments": [{"code": "youth-league", "name": "团县委", "aliases": []}]}
    door = at_door(Role.ADMINISTRATOR)
    assert door.post("/dispatch/api/departments", json=body).json() == {"changed": ["youth-league"]}
    assert door.post("/dispatch/api/departments", json=body).json() == {"changed": []}
    assert (
        at_door(Role.SUPERVISOR, "D1").post("/dispatch/api/departments", json=body).status_code
        == 403
    )
    wrong = {"departments": [{"code": "团县委", "name": "团县委"}]}
    assert door.post("/dispatch/api/departments", json=wrong).status_code == 422
    page = door.get("/dispatch/departments").text  # without the figures of orders
    assert "团县委" in page
    assert 'action="/dispatch/departments"' in page
    for theirs in ("逾期未反馈", "/dispatch/orders", "/dispatch/closings"):
        assert theirs not in page
        assert theirs in at_door(Role.COUNTY_CLERK).get("/dispatch/departments").text


def test_a_department_is_named_on_the_page_and_listed_for_programs(at_door) -> None:
    def codes() -> set[str]:
        listed = at_door(Role.SUPERVISOR, "D1").get("/dispatch/api/departments")
        assert listed.status_code == 200
        return {department["code"] for department in listed.json()}

    before, form = codes(), {"code": "youth-league", "name": "团县委"}
    other, office = at_door(Role.SUPERVISOR, "D1"), at_door(Role.COUNTY_CLERK)
    assert other.post("/dispatch/departments", data=form).status_code == 403
    assert codes() == before
    assert office.post("/dispatch/departments", data=form).status_code == 303
    assert codes() == before | {"youth-league"}


ROLES = [
    (Role.COUNTY_CLERK, COUNTY),
    (Role.COUNTY_LEADER, COUNTY),
    (Role.DEPARTMENT_CLERK, "housing"),
    (Role.DEPARTMENT_HEAD, "water"),
    (Role.VILLAGE_CLERK, VILLAGE),
    (Role.TOWNSHIP_HEAD, "990121100000"),
    (Role.UNIT_CLERK, "U001"),
    (Role.SUPERVISOR, "D1"),
    (Role.GROUP_LEADER, f"{VILLAGE}/01"),
]


PAGES = (
    "/",
    "/orders",
    "/orders?state=issued&overdue=no",
    "/ageing",
    "/departments",
    "/search?q=DQ",
    "/orders.xlsx",
)
SEEING = (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.VILLAGE_CLERK, Role.TOWNSHIP_HEAD)


def test_every_page_opens_for_everybody(at_door, order) -> None:
    for role, place in ROLES:
        door = at_door(role, place)
        for path in PAGES:
            assert door.get(f"/dispatch{path}").status_code == 200, (role, path)
        sees = role in SEEING or place == "housing"
        for path in (f"/orders/{order.id}", f"/orders/{order.id}/slip"):
            assert door.get(f"/dispatch{path}").status_code == (200 if sees else 404), (role, path)
    slip = at_door(Role.COUNTY_CLERK).get(f"/dispatch/orders/{order.id}/slip").text
    assert "交办次日起15个工作日" in slip


def test_the_administrator_sees_no_order(at_door, order) -> None:
    door = at_door(Role.ADMINISTRATOR)
    assert door.get("/dispatch/").status_code == 200, "his work in other services stands there"
    assert order.number not in door.get("/dispatch/departments").text, "he names them there"
    of_orders = [path for path in PAGES[1:] if path != "/departments"]
    for path in (*of_orders, f"/orders/{order.id}", f"/orders/{order.id}/slip"):
        assert door.get(f"/dispatch{path}").status_code == 403, path


WHOM = (
    "联系电话",
    "16000000001",
    "帮扶联系人",
    "周某（县审计局）",
    "风险点",
    "屋顶漏雨",
    "牵头部门联系人、电话",
)


def test_f_64_the_slip_names_whom_to_call_who_issued_it_and_where_the_seal_goes(
    at_door, order
) -> None:
    slip = at_door(Role.DEPARTMENT_CLERK, "housing").get(f"/dispatch/orders/{order.id}/slip").text
    for part in (*WHOM, "签发：", "农业农村局（盖章）", "2026年9月1日", "承办部门签收（签字）"):
        assert part in slip


def test_f_64_what_is_late_is_urged_what_is_solved_is_checked_and_answered_on_paper(
    at_door, order, clock: SimulatedClock
) -> None:
    office, housing = at_door(Role.COUNTY_CLERK), at_door(Role.DEPARTMENT_CLERK, "housing")
    slip = f"/dispatch/orders/{order.id}/slip"
    assert office.get(f"{slip}?kind=urge").status_code == 409  # nothing is late yet
    assert office.get(f"{slip}?kind=check").status_code == 409
    assert "□已解决" in housing.get(f"{slip}?kind=reply").text  # to be written by hand
    clock.set(datetime(2026, 9, 23, 9, tzinfo=ZONE))
    urged = office.get(f"{slip}?kind=urge").text
    for part in ("县住房和城乡建设局：", "反馈应于2026年9月21日前完成，已超过2个工作日", *WHOM):
        assert part in urged
    assert "督办单" in office.get(f"/dispatch/orders/{order.id}").text
    body = {"result": "solved", "explanation": "已修缮", "amount": 1_200_000}
    assert housing.post(f"{API}/{order.id}/report", json=body).status_code == 200
    clerk = at_door(Role.VILLAGE_CLERK, VILLAGE)
    check = clerk.get(f"{slip}?kind=check").text
    for part in ("村民委员会：", "已修缮", "□已经落实", "核查人（两人签字）", "村委会（盖章）"):
        assert part in check
    reply = housing.get(f"{slip}?kind=reply").text
    for part in ("已解决", "已修缮", "12000.00", "主要领导（签字）", "（盖章）"):
        assert part in reply


def test_an_order_travels_by_forms_and_its_page_shows_each_state(
    at_door, order, clock: SimulatedClock, dispatch_sessions: sessionmaker[Session]
) -> None:
    housing, clerk = at_door(Role.DEPARTMENT_CLERK, "housing"), at_door(Role.VILLAGE_CLERK, VILLAGE)
    office, water = at_door(Role.COUNTY_CLERK), at_door(Role.DEPARTMENT_HEAD, "water")
    colleague, leader = at_door(Role.COUNTY_CLERK, COUNTY, "周文"), at_door(Role.COUNTY_LEADER)
    page = f"/dispatch/orders/{order.id}"

    def send(door: TestClient, action: str, **fields: str) -> None:
        answer = door.post(f"{page}/{action}", data=fields)
        assert answer.status_code == 303, answer.text
        for one in (door, office):
            assert one.get(answer.headers["location"]).status_code in (200, 404)

    send(housing, "return", reason="属饮水问题", proposed="water")
    send(office, "return-decision", agree="true", department="water", co_handlers="housing")
    send(water, "acceptance")
    send(water, "progress", text="已现场查看")
    send(
        water,
        "report",
        result="planned",
        explanation="已列入计划",
        expected_on="2026-10-10",
        amount="1,200.50",
    )
    send(office, "solve-due", due="2026-11-30", reason="管网施工")
    send(
        colleague,
        "report",
        result="solved",
        explanation="已通水",
        on_behalf="马宁",
        behalf_reason="来电",
        written_on="2026-09-01",
    )
    send(clerk, "confirmation", received="false", note="水压不够")
    send(water, "report", result="solved", explanation="已加压")
    clock.set(clock().replace(month=10, day=12))
    send(office, "confirmation", by_office="true", note="入户看过")
    send(office, "reopening", reason="再测水质")
    send(water, "report", result="facts_differ", explanation="水质合格")
    send(leader, "closure")
    text = office.get(page).text
    for shown in (
        "<dt>落实金额（元）</dt><dd>1200.50</dd>",
        "<dd>2026年10月10日</dd>",
        "水压不够",
        "代马宁",
        "管网施工",
        "同意退回",
        "已办结",
    ):
        assert shown in text
    with dispatch_sessions() as session:
        assert session.get(Order, order.id).attempt == 2


def test_a_refused_form_comes_back_on_the_orders_page(at_door, order) -> None:
    page = f"/dispatch/orders/{order.id}"
    housing, office = at_door(Role.DEPARTMENT_CLERK, "housing"), at_door(Role.COUNTY_CLERK)
    sender = {"referer": f"http://testserver{page}"}
    typed = {"result": "planned", "explanation": "已列入改造计划", "amount": "很多"}
    wrong = housing.post(f"{page}/report", data=typed, headers=sender)
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    lacking = housing.post(f"{page}/report", data=typed | {"amount": ""}, headers=sender)
    assert lacking.status_code == 422
    assert "预计完成日期" in lacking.text
    assert "已列入改造计划" in lacking.text
    nameless = office.post(f"{page}/acceptance", data={}, headers=sender)
    assert "代为登记要写明部门经办人的姓名" in nameless.text
    assert "确定" not in nameless.text
    unknown = housing.post(f"/dispatch/api/orders/{order.id}/progress", json={"txt": "x"})
    assert unknown.status_code == 422


def test_the_timeline_shows_each_limit_beside_its_source(at_door, order) -> None:
    page, office = f"/dispatch/orders/{order.id}", at_door(Role.COUNTY_CLERK)
    shown = office.get(page).text
    assert "15个工作日" in shown
    behind = re.findall(r"<summary>明细</summary>(.*?)</details>", shown, re.DOTALL)
    assert any("依据政策包" in text and "s001/4 D-08, B-30" in text for text in behind)
    assert "PROPOSED" not in re.sub(r"<details.*?</details>", "", shown, flags=re.DOTALL)
    assert "过期未办：逾期未反馈" in shown
    office.post(f"{page}/solve-due", data={"due": "2026-11-30", "reason": "管网施工"})
    assert "另行确定的日期" in office.get(page).text


def test_f_16_the_office_moves_days_with_the_calendar_on_one_page(
    at_door, order, dispatch_sessions, tmp_path
) -> None:
    office, page = at_door(Role.COUNTY_CLERK), "/dispatch/recounting"
    assert "没有要调整的时限" in office.get(page).text
    path = tmp_path / "calendar.toml"
    path.write_text("[[day]]\ndate = 2026-09-10\nworks = false\n", encoding="utf-8")
    book = Book(state_council(path), (load_pack("default"),))
    dispatch_sessions.configure(info=dispatch_sessions.kw["info"] | {"book": book})
    assert "工作日历有变，有办理时限要调整" in office.get("/dispatch/").text
    shown = office.get(page).text
    assert order.number in shown
    assert "2026年9月21日" in shown
    assert "2026年9月22日" in shown
    assert at_door(Role.DEPARTMENT_CLERK, "housing").get(page).status_code == 403
    answer = office.post(page)
    assert answer.status_code == 303
    assert "没有要调整的时限" in office.get(page).text
    assert "按公布的日历调整时限" in office.get(f"/dispatch/orders/{order.id}").text
    assert office.post(page).status_code == 409


def test_f_16_a_provisional_day_is_said_wherever_it_is_shown(at_door, opened, session) -> None:
    made = opened(date(2026, 12, 21))
    session.commit()
    office, page = at_door(Role.COUNTY_CLERK), f"/dispatch/orders/{made.id}"
    for path in (page, f"{page}/slip"):
        shown = office.get(path).text
        assert "2027年1月12日（暂定）" in shown, path
        assert "2026年12月22日（暂定）" not in shown
    assert "2027年1月12日，暂定" in office.get("/dispatch/orders").text
    sheet = openpyxl.load_workbook(BytesIO(office.get("/dispatch/orders.xlsx").content)).active
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    head = next(row for row in sheet.iter_rows(values_only=True) if "暂定的时限" in row)
    assert rows[made.number][head.index("暂定的时限")] == "反馈、解决"
    answers = [office.get(f"{API}/{made.id}").json(), *office.get(API).json()]
    told = {answer["number"]: answer["provisional"] for answer in answers}
    assert told[made.number] == ["report", "solve"]
    assert [number for number in told if told[number]] == [made.number]


def test_f_14_order_and_slip_say_who_issued_it(at_door, order) -> None:
    page = f"/dispatch/orders/{order.id}"
    for path in (page, f"{page}/slip"):
        assert "领导小组（授权农业农村局签发）" in at_door(Role.COUNTY_CLERK).get(path).text
    answer = at_door(Role.COUNTY_CLERK).get(f"{API}/{order.id}").json()
    assert answer["issued_by"] == "领导小组（授权农业农村局签发）"


def test_the_office_routes_from_its_tasks(at_door, dispatch_sessions) -> None:
    office = at_door(Role.COUNTY_CLERK)
    with dispatch_sessions() as session:
        waiting = session.exec(select(Order).where(Order.gap_item == GapItem.OTHER)).one()
    assert waiting.number in office.get("/dispatch/").text
    assert office.get(f"/dispatch/orders/{waiting.id}").status_code == 200
    answer = office.post(
        f"/dispatch/orders/{waiting.id}/route",
        data={"department": "justice", "co_handlers": ["civil-affairs", "health"]},
    )
    assert answer.status_code == 303
    with dispatch_sessions() as session:
        routed = session.get(Order, waiting.id)
        assert (routed.department, routed.co_handlers) == ("justice", ["civil-affairs", "health"])
    refused = office.post(f"/dispatch/orders/{waiting.id}/route", data={"department": "justice"})
    assert (refused.status_code, "不能" in refused.text or "只有" in refused.text) == (409, True)


def test_who_sees_which_numbers(at_door, order) -> None:
    page = f"/dispatch/orders/{order.id}"
    housing = at_door(Role.DEPARTMENT_CLERK, "housing").get(page).text
    village = at_door(Role.VILLAGE_CLERK, VILLAGE).get(page).text
    assert "99012119700101" in housing
    assert "陈小宝" not in housing
    assert "99012119700101" not in village
    assert "990121****" in village


def test_search_by_number_and_name(at_door, order) -> None:
    office, water = at_door(Role.COUNTY_CLERK), at_door(Role.DEPARTMENT_CLERK, "water")
    for q in (order.number, order.number.lower(), order.head_name):
        assert order.number in office.get("/dispatch/search", params={"q": q}).text
    assert order.id not in water.get("/dispatch/search", params={"q": order.number}).text


# Workbooks

HEADER = [
    "交办单号",
    "户主姓名",
    "村",
    "交办事项",
    "办理结果（已解决/部分解决/已定方案正在实施/经核实情况不符/不符合政策/转其他渠道）",
    "方案及预计完成日期",
    "落实措施",
    "落实金额（元）",
    "经办人",
    "单位主要领导签字",
    "反馈日期",
]


def handing(actor: Actor, on: date = date(2026, 9, 18)) -> Handing:
    return Handing(actor=actor, on=on, now=datetime(2026, 9, 18, tzinfo=ZONE), month="2026-09")


def taken(session: Session, rows: list[list], actor: Actor):
    raw = RawSheet(file="反馈.xlsx", title="反馈", rows=[["反馈表"], HEADER, *rows])
    sheet = recognise(raw, service_named("dispatch").sheets)
    assert sheet is not None
    return sheet.kind.take(session, sheet, handing(actor))


def test_a_blank_reply_form_is_skipped(session: Session, officer) -> None:
    report = taken(session, [[None] * 11 for _ in range(8)], officer("housing"))
    assert (report.taken, report.refused, report.notes) == (0, [], ["空白表，已跳过"])


def test_a_reply_form_is_taken_once_and_refused_with_reasons(
    session: Session, opened, officer
) -> None:
    first, second, foreign = (
        opened(ON, item) for item in (GapItem.HOUSING_UNSAFE, GapItem.RESETTLEMENT, GapItem.JOB)
    )
    rows = [
        [
            first.number,
            first.head_name,
            "石桥村",
            "修房",
            "已定方案正在实施",
            "列入改造计划，11月20日前完成",
            "已鉴定D级",
            "12,000元",
            "宋杰",
            "李局长",
            "9月17日",
        ],
        [
            second.number,
            "别人",
            "石桥村",
            "安置",
            "治好了",
            None,
            None,
            "很多",
            "宋杰",
            None,
            "某天",
        ],
        [
            foreign.number,
            foreign.head_name,
            "石桥村",
            "就业",
            "已解决",
            None,
            "已上岗",
            None,
            None,
            None,
            None,
        ],
    ]
    report = taken(session, rows, officer("housing"))
    assert (report.taken, report.unchanged) == (1, 0)
    assert sorted((cell.row, cell.column) for cell in report.refused) == [
        (4, 2),
        (4, 5),
        (4, 8),
        (4, 11),
        (5, 1),
    ]
    assert first.expected_on == date(2026, 11, 20)
    reply = queries.latest_reply(session, first.id)
    assert (reply.amount, reply.head_signed, reply.head_signature, reply.written_on) == (
        1_200_000,
        False,
        "李局长",
        date(2026, 9, 17),
    )
    again = taken(session, rows, officer("housing"))
    assert (again.taken, again.unchanged, len(again.refused)) == (0, 1, 5)


def test_the_list_of_departments(session: Session, office) -> None:
    raw = RawSheet(
        file="机构.xlsx",
        title="行业部门",
        rows=[
            ["行业部门表"],
            ["部门代码", "部门名称", "曾用名（分号隔开）"],
            ["housing", "县住房和城乡建设局", "住建局"],
            ["health", "县卫生健康局", "卫健局；卫计局"],
            ["Red Cross", "县红十字会", None],
        ],
    )
    sheet = recognise(raw, service_named("dispatch").sheets)
    report = sheet.kind.take(session, sheet, handing(office))
    assert (report.taken, [cell.name for cell in report.refused]) == (2, ["部门代码"])
    again = sheet.kind.take(session, sheet, handing(office))
    assert (again.taken, again.unchanged) == (0, 2)


def test_the_board_comes_out_as_a_workbook(at_door, order, tmp_path: Path) -> None:
    (tmp_path / "orders.xlsx").write_bytes(
        at_door(Role.COUNTY_CLERK).get("/dispatch/orders.xlsx").content
    )
    cells = [
        cell.value
        for row in openpyxl.load_workbook(tmp_path / "orders.xlsx").active.iter_rows()
        for cell in row
    ]
    assert order.number in cells
