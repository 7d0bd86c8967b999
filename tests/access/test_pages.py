"""Pages of accounts: the list, a person, cards for a township; and every door's table."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
import zxingcpp
from openpyxl import load_workbook
from sqlalchemy import text
from sqlmodel import select

from backstop.services import service_named
from kit.app import make_app
from kit.network import Network
from kit.policy.walk import doors
from schemas.codes import Role
from services.access.accounts import queries
from services.access.accounts.models import Account
from services.access.cards.models import Card
from services.access.sessions import commands as sessions
from services.access.sessions.rules import Kind
from tests.access.conftest import (
    ADMIN,
    COUNTY,
    FAR,
    GROUP,
    LEADER,
    NEXT,
    NOW,
    OFFICE,
    SECOND,
    TOWN,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    VILLAGER,
    opened,
    who,
)

# Nobody is signed in there yet; what a session's secret opens, or a card, is in test_front.
BEFORE = {
    "/access/sign-in", "/access/sign-out", "/access/cards/{secret}", "/access/posts",
    "/access/setup", "/access/api/tokens", "/access/api/keys", "/access/provider", "/access/provider/answer",
}  # fmt: skip
CHASSIS = "/static"  # style sheets and pictures, for anybody


def test_every_door_has_a_table_or_stands_before_signing_in(sessions_of, clock, keyring):
    app = make_app(
        service_named("access"), sessions=sessions_of("access"), clock=clock, keyring=keyring,
        county=COUNTY,
    )  # fmt: skip
    open_doors = {door.path for door in doors(app.routes) if not door.action}
    assert open_doors == {CHASSIS, *BEFORE}


@pytest.fixture
def leader(places) -> str:
    with places.begin() as session:
        return opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER, phone="16000000011").code


def test_the_list_is_empty_first_and_then_shows_who_is_below(client, places):
    assert "还没有您管的账号" in client("access", VILLAGER).get("/access/accounts").text
    with places.begin() as session:
        opened(session, Role.GROUP_LEADER, GROUP, name="王建国")
        opened(session, Role.GROUP_LEADER, f"{FAR}/01", name="李远山")
    for actor, sees in ((VILLAGER, False), (TOWN, False), (OFFICE, True), (ADMIN, True)):
        shown = client("access", actor).get("/access/accounts").text
        assert "王建国" in shown
        assert "村民小组长（石桥村01组）" in shown
        assert ("李远山" in shown) is sees
    found = client("access", ADMIN).get("/access/accounts?q=远山").text
    assert "共1人" in found
    assert client("access", LEADER).get("/access/accounts").status_code == 403
    file = client("access", ADMIN).get("/access/accounts.xlsx")
    cells = [cell.value for row in load_workbook(BytesIO(file.content)).active for cell in row]
    assert {"王建国", "李远山"} <= set(cells)


def test_places_are_picked_and_only_those_below(client, places):
    page = client("access", TOWN).get("/access/accounts/new?role=GROUP_LEADER").text
    assert "石桥村01组" in page
    assert "大坪村01组" not in page
    assert 'name="place"' in page
    assert '<select class="form-select" id="access-accounts-place"' in page
    form = {"name": "王建国", "role": "GROUP_LEADER", "place": GROUP}
    answer = client("access", TOWN).post("/access/accounts", data=form)
    assert answer.status_code == 303
    person = client("access", TOWN).get(answer.headers["location"]).text
    assert "发一张登录卡" in person
    assert client("access", TOWN).post(
        "/access/accounts", data=form | {"place": f"{FAR}/01"}
    ).status_code == 403  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (VILLAGER, 200),
        (TOWN, 200),
        (OFFICE, 200),
        (ADMIN, 200),
        (who(Role.VILLAGE_CLERK, NEXT), 403),
        (UNIT, 403),
        (LEADER, 403),
        (who(Role.GROUP_LEADER, GROUP), 403),
    ],
)
def test_a_persons_page_is_for_those_above_him(client, leader, actor, status):
    assert client("access", actor).get(f"/access/accounts/{leader}").status_code == status
    post = client("access", actor).post(f"/access/accounts/{leader}/shut-out")
    assert post.status_code == (303 if status == 200 else 403)


def test_a_card_is_shown_once_and_kept_nowhere(client, places, leader):
    answer = client("access", VILLAGER).post(
        f"/access/accounts/{leader}/cards", data={"idempotency_key": "key-1"}
    )
    assert answer.headers["cache-control"] == "no-store"
    (secret,) = set(re.findall(r"/access/cards/([\w-]+)", answer.text))
    with places() as session:
        for table in ("idempotency", "audit", "card"):
            rows = session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t")).scalars()
            assert not [row for row in rows if secret in row], table
    assert client("access").post(f"/access/cards/{secret}").status_code == 303
    page = client("access", VILLAGER).get(f"/access/accounts/{leader}").text
    assert "已使用" in page
    assert "退出这部手机" in page
    assert "发登录卡" in page


def test_g_13_a_forged_host_stands_on_no_card(client, leader, monkeypatch):
    browser = client("access", VILLAGER)
    monkeypatch.setitem(browser.app.state._state, "network", Network("https://desk.example"))
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    page = browser.post(f"/access/accounts/{leader}/cards", headers=forged).text
    assert "evil.example" not in page
    assert "https://desk.example/access/cards/" in page


def test_g_13_a_name_of_5000_characters_opens_no_account(client, places):
    form = {"name": "长" * 5_000, "role": "GROUP_LEADER", "place": GROUP}
    assert client("access", VILLAGER).post("/access/accounts", data=form).status_code == 422
    with places() as session:
        assert session.exec(select(Account)).all() == []


def test_nobody_is_the_system_itself(client, places):
    form = {"name": "王建国", "role": "SYSTEM", "place": COUNTY}
    answer = client("access", ADMIN).post("/access/accounts", data=form)
    assert answer.status_code in (403, 422), answer.text
    with places() as session:
        assert session.exec(select(Account)).all() == []


def test_a_lost_phone_is_shut_out_with_one_tap(client, places, leader):
    with places.begin() as session:
        secret = sessions.open_session(session, leader, None, Kind.PHONE, NOW)
        (row,) = sessions.queries.open_of(session, leader, NOW)
    answer = client("access", VILLAGER).post(f"/access/sessions/{row.id}/end")
    assert answer.headers["location"] == f"/access/accounts/{leader}"
    with places.begin() as session:
        assert sessions.renew(session, secret, NOW) is None


def test_my_own_devices_are_mine_alone(client, places, leader):
    with places.begin() as session:
        sessions.open_session(session, leader, None, Kind.PHONE, NOW, device="安卓")
        (row,) = sessions.queries.open_of(session, leader, NOW)
    mine = client("access", who(Role.GROUP_LEADER, GROUP, leader))
    assert "安卓" in mine.get("/access/me").text
    other = client("access", who(Role.GROUP_LEADER, f"{VILLAGE}/02"))
    assert "安卓" not in other.get("/access/me").text
    assert other.post(f"/access/me/{row.id}/end").status_code == 403
    assert mine.post(f"/access/me/{row.id}/end").status_code == 303


def many(places) -> None:
    with places.begin() as session:
        for number, (village, group) in enumerate(
            [(VILLAGE, "01"), (VILLAGE, "02"), (NEXT, "01"), (FAR, "01")]
        ):
            opened(session, Role.GROUP_LEADER, f"{village}/{group}", name="甲乙丙丁"[number] * 2)


def test_a_townships_cards_are_printed_and_each_code_lets_its_person_in(client, places):
    many(places)
    asked = {"role": "GROUP_LEADER", "place": TOWNSHIP}
    assert client("access", TOWN).get("/access/card-sheet").status_code == 200
    answer = client("access", TOWN).post("/access/card-sheet", data=asked)
    assert answer.status_code == 200
    assert not re.search(r"<script(?! src=)", answer.text)
    assert "style=" not in answer.text
    codes = re.findall(r"<svg.*?</svg>", answer.text, re.DOTALL)
    assert len(codes) == 3
    assert "丁丁" not in answer.text
    with places() as session:
        assert len(session.exec(select(Card)).all()) == 3
    for code in codes:
        address = read_svg(code)
        assert client("access").post(re.sub(r"^https?://[^/]+", "", address)).status_code == 303
    again = client("access", TOWN).post("/access/card-sheet", data=asked)
    assert "都已经登录" in again.text  # nobody is left


MODULE = 4  # points


def read_svg(svg: str) -> str:
    """What a phone reads: the modules that segno draws as strokes of one unit, as a picture."""
    size = int(re.search(r'width="(\d+)"', svg)[1])
    scale = float(re.search(r"scale\(([\d.]+)\)", svg)[1])
    wide = round(size / scale)
    dark = set()
    x = y = 0.0
    for command, numbers in re.findall(r"([Mhm])([\d.\- ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        first, *second = (float(one) for one in re.findall(r"-?[\d.]+", numbers))
        if command == "h":
            dark |= {(int(x) + step, int(y)) for step in range(int(first))}
            x += first
        else:
            x, y = (first, second[0]) if command == "M" else (x + first, y + second[0])
    points = range(wide * MODULE)
    grey = bytes(0 if (x // MODULE, y // MODULE) in dark else 255 for y in points for x in points)
    (found,) = zxingcpp.read_barcodes(memoryview(grey).cast("B", [len(points), len(points)]))
    return found.text


def test_the_texts_to_send_come_as_a_workbook(client, places):
    many(places)
    asked = {"role": "GROUP_LEADER", "place": VILLAGE, "workbook": "true"}
    answer = client("access", VILLAGER).post("/access/card-sheet", data=asked)
    sheet = load_workbook(BytesIO(answer.content)).active
    links = [cell.value for row in sheet for cell in row if str(cell.value).startswith("http")]
    assert len(links) == 2
    assert answer.headers["cache-control"] == "no-store"
    with places() as session:
        kinds = session.execute(text("SELECT kind, deed FROM audit")).all()
        assert ("act", "hand_out_cards") in {tuple(row) for row in kinds}


def test_g_11_a_sheet_of_cards_drawn_again_kills_no_card_that_was_printed(client, places):
    many(places)
    asked = {"role": "GROUP_LEADER", "place": VILLAGE, "idempotency_key": "one-sheet"}
    desk = client("access", VILLAGER)
    links = set(
        re.findall(r"/access/cards/([\w-]+)", desk.post("/access/card-sheet", data=asked).text)
    )
    again = desk.post("/access/card-sheet", data=asked)  # the page is loaded again
    assert (again.status_code, "没有再办一次" in again.text) == (409, True)
    for secret in links:
        assert client("access").post(f"/access/cards/{secret}").status_code == 303


def test_posts_that_wait_are_confirmed_by_another(client, places):
    with places.begin() as session:
        account = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=ADMIN, name="赵镇长").code
        (post,) = queries.posts_of(session, account)
    assert "没有等您确认的岗位" in client("access", ADMIN).get("/access/waiting").text
    assert client("access", ADMIN).post(f"/access/post/{post.id}/confirm").status_code == 403
    for second in (SECOND, LEADER):
        assert "赵镇长" in client("access", second).get("/access/waiting").text
    assert client("access", LEADER).post(f"/access/post/{post.id}/confirm").status_code == 303
    with places() as session:
        kinds = [tuple(row) for row in session.execute(text("SELECT kind, deed FROM audit"))]
        assert kinds[-2:] == [("refused", "confirm_post"), ("act", "confirm_post")]


def open_tasks(client, actor) -> dict[str, int]:
    """What stands on this actor's list here: kind → how many."""
    answer = client("access", actor).get("/access/api/tasks")
    return {task["kind"]: task["count"] for task in answer.json()}


def test_what_waits_stands_on_the_list_of_whoever_confirms_it(client, places):
    with places.begin() as session:
        account = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=ADMIN, name="赵镇长").code
    assert open_tasks(client, ADMIN) == open_tasks(client, VILLAGER) == {}
    for second in (SECOND, LEADER):
        assert open_tasks(client, second) == {"confirm_post": 1}
    (post,) = posts_of(places, account)
    client("access", LEADER).post(f"/access/post/{post}/confirm")
    asked = client("access", SECOND).post(f"/access/accounts/{account}/cards")
    assert "等另一个人确认" in unquote(asked.headers["set-cookie"])
    assert open_tasks(client, SECOND) == {}
    for other in (ADMIN, LEADER):
        assert open_tasks(client, other) == {"confirm_card": 1}
    leader = client("access", LEADER)
    (card,) = re.findall(r"/access/cards/([\w-]+)/confirm", leader.get("/access/waiting").text)
    shown = leader.post(f"/access/cards/{card}/confirm")
    assert shown.status_code == 200
    assert "/access/waiting" in shown.text  # whose accounts page is none of his
    assert open_tasks(client, ADMIN) == {}


def posts_of(places, account: str) -> list[str]:
    with places() as session:
        return [post.id for post in queries.posts_of(session, account)]


def test_a_mistake_is_undone_on_the_page(client, places, leader):
    with places() as session:
        (post,) = queries.posts_of(session, leader)
    clerk = client("access", VILLAGER)
    assert clerk.post(f"/access/post/{post.id}/take-back", data={}).status_code == 422
    taken = clerk.post(f"/access/post/{post.id}/take-back", data={"reason": "离任"})
    assert taken.status_code == 303
    assert "收错了，恢复" in clerk.get(f"/access/accounts/{leader}").text
    assert clerk.post(f"/access/post/{post.id}/give-again").status_code == 303
    assert "收错了" not in clerk.get(f"/access/accounts/{leader}").text


def test_the_administrator_sees_accounts_and_an_own_password_is_ones_own(client, places, leader):
    assert client("access", ADMIN).get(f"/access/accounts/{leader}").status_code == 200
    me = client("access", who(Role.GROUP_LEADER, GROUP, leader))
    form = {"login": "王建国", "password": "shan-lu-wan-wan-7", "again": "shan-lu-wan-wan-7"}
    assert me.post("/access/password", data=form).status_code == 303
    changed = form | {"password": "he-an-liu-shu-9", "again": "he-an-liu-shu-9"}
    assert me.post("/access/password", data=changed).status_code == 422
    right = changed | {"old": form["password"]}
    assert me.post("/access/password", data=right).status_code == 303


@pytest.mark.parametrize(
    ("actor", "called"),
    [
        (TOWN, "河湾镇"),
        (VILLAGER, "河湾镇石桥村"),
        (UNIT, "县林业局"),
        (who(Role.HELPER, "U001-01"), "县林业局"),
        (who(Role.GROUP_LEADER, GROUP), "河湾镇石桥村01组"),
        (OFFICE, "试县"),
    ],
)
def test_the_header_names_person_post_and_place(client, places, actor, called):
    header = client("access", actor).get("/access/me").text.partition("<main")[0]
    assert actor.name in header
    assert f"{called}{actor.role.label}" in header
