"""Separation of duties and acting for another, on the running doors (G-14, G-10)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.actor import Actor
from kit.clock import SimulatedClock
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import GapItem, Role
from schemas.county import CaseVerified
from services.dispatch.issuing import commands
from services.dispatch.orders.models import Order
from tests.conftest import COUNTY, at
from tests.dispatch.conftest import VILLAGE
from tests.own_pack import written

FIRST = Actor("county-clerk", "王敏", Role.COUNTY_CLERK, COUNTY)
SECOND = Actor("county-clerk-2", "周文", Role.COUNTY_CLERK, COUNTY)
LEADER = Actor("county-leader", "郑县长", Role.COUNTY_LEADER, COUNTY)
OFFICER = Actor("officer", "宋杰", Role.DEPARTMENT_CLERK, "housing")
VILLAGER = Actor("village", "吕静", Role.VILLAGE_CLERK, VILLAGE)
PHONED = {"on_behalf": "宋杰", "behalf_reason": "来电"}
SOLVED = {"result": "solved", "explanation": "已修缮"}
PAPER = "云守防办〔2026〕3号"
WAY_ROUND = "只有一人的，凭县里的书面授权办理。"


@pytest.fixture
def order(session: Session, opened) -> Order:
    made = opened(at(2026, 9, 1).date(), GapItem.HOUSING_UNSAFE)
    session.commit()
    return made


@pytest.fixture
def do(client, order) -> Callable[..., Response]:
    """`do(FIRST, "closure")`: the answer of the order's door to this person."""

    def post(who: Actor, deed: str, **body: Any) -> Response:
        path = f"/dispatch/api/orders/{order.id}/{deed}"
        return client("dispatch", who).post(path, json=body or None)

    return post


@pytest.fixture
def page(client, order) -> Callable[[Actor], str]:
    return lambda who: client("dispatch", who).get(f"/dispatch/orders/{order.id}").text


@pytest.fixture
def mandated(dispatch_sessions: sessionmaker[Session], tmp_path: Path) -> Callable[..., None]:
    """`mandated("close_order", …)`: the county's pack lets its clerk do these alone."""

    def give(*deeds: str, who: str = f'role = "COUNTY_CLERK", place = "{COUNTY}"') -> None:
        rows = ", ".join(
            f'{{ deed = "{deed}", {who}, number = "{PAPER}", dated = 2026-01-05,'
            f' until = 2026-09-30, source = "{PAPER}" }}'
            for deed in deeds
        )
        own = written(tmp_path, f"mandates = [{rows}]\n")
        info = dispatch_sessions.kw["info"]
        info["book"] = Book(state_council(), (load_pack("default"), own))

    return give


def tasks(client, who: Actor) -> dict[str, dict[str, Any]]:
    return {one["kind"]: one for one in client("dispatch", who).get("/dispatch/api/tasks").json()}


def test_g_14_the_county_clerk_alone_cannot_report_accept_solve_confirm_and_close(
    do, page, order, dispatch_sessions: sessionmaker[Session]
):
    assert do(FIRST, "acceptance", **PHONED).status_code == 200
    assert do(FIRST, "report", **SOLVED, **PHONED).status_code == 200
    refused = do(FIRST, "confirmation", received=True, on_behalf="吕静", behalf_reason="来电")
    assert refused.status_code == 403
    assert refused.json()["detail"] == (
        "您登记过部门的反馈，不能再由您核实帮扶是否落实；"
        f"请由另一人（村文书、村支书、县级牵头部门经办人）办理。{WAY_ROUND}"
    )
    assert refused.json()["detail"] in page(FIRST)
    assert "代村里登记核实结果" not in page(FIRST)
    assert "代村里登记核实结果" in page(SECOND)
    assert do(FIRST, "closure").status_code == 403
    with dispatch_sessions() as session:
        assert session.get_one(Order, order.id).state == "solved"
        denied = session.execute(text("SELECT deed, account FROM audit WHERE kind = 'refused'"))
        assert ("close_order", FIRST.account) in [tuple(row) for row in denied]


def test_g_14_two_clerks_can(do):
    assert do(FIRST, "report", **SOLVED, **PHONED).status_code == 200
    village = {"received": True, "on_behalf": "吕静", "behalf_reason": "来电"}
    assert do(SECOND, "confirmation", **village).status_code == 200
    assert do(FIRST, "closure").status_code == 403
    assert do(SECOND, "closure").json()["state"] == "closed"


def test_g_14_who_looked_for_the_office_does_not_close_and_its_leader_may(
    do, clock: SimulatedClock
):
    assert do(OFFICER, "report", **SOLVED).status_code == 200
    clock.set(at(2026, 10, 20))
    assert do(FIRST, "confirmation", by_office=True, note="入户看过").status_code == 200
    refused = do(FIRST, "closure")
    assert (refused.status_code, refused.json()["detail"][:11]) == (403, "您作过牵头部门核实，不")
    assert do(LEADER, "closure").json()["state"] == "closed"


def test_g_14_who_decided_the_case_or_entered_its_finding_does_not_close_its_order(
    do, page, order, session: Session
):
    """Two services, one person: the county says with the case who decided it."""
    order.case_accounts = [FIRST.account, "who-entered-it"]
    session.commit()
    do(OFFICER, "report", **SOLVED)
    do(VILLAGER, "confirmation", received=True)
    refused = do(FIRST, "closure")
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("您登记或核实过这户的线索，不能再由您办结；")
    assert refused.json()["detail"] in page(FIRST)
    assert do(SECOND, "closure").json()["state"] == "closed"


def test_g_14_an_order_knows_who_decided_its_case_and_one_of_before_nobody(session, verified):
    on = at(2026, 9, 1).date()
    told = verified(on, GapItem.HOUSING_UNSAFE, accounts=("county-clerk",))
    (made,) = commands.open_orders(session, told)
    assert made.case_accounts == ["county-clerk"]
    before = verified(on, GapItem.HOUSING_UNSAFE).model_dump(exclude={"accounts"})
    (made,) = commands.open_orders(session, CaseVerified.model_validate(before))
    assert made.case_accounts == []


def test_g_14_who_entered_a_return_does_not_judge_it(do):
    assert do(FIRST, "return", reason="不属本部门", **PHONED).status_code == 200
    agreed = {"agree": False, "reason": "属你局"}
    assert do(FIRST, "return-decision", **agreed).status_code == 403
    assert do(SECOND, "return-decision", **agreed).status_code == 200


def test_g_14_one_person_in_two_posts_is_one_person(do):
    officer = Actor(FIRST.account, FIRST.name, Role.DEPARTMENT_CLERK, "housing")
    assert do(officer, "report", **SOLVED).status_code == 200
    assert do(VILLAGER, "confirmation", received=True).status_code == 200
    assert do(FIRST, "closure").status_code == 403


def test_g_14_with_a_mandate_one_can_and_it_is_printed(do, page, client, order, mandated):
    mandated("confirm_help", "close_order")
    do(FIRST, "report", **SOLVED, **PHONED)
    village = {"received": True, "on_behalf": "吕静", "behalf_reason": "来电"}
    assert do(FIRST, "confirmation", **village).status_code == 200
    assert do(FIRST, "closure").json()["state"] == "closed"
    said = f"办结：按书面授权（{PAPER}，2026年1月5日）由同一人办理（{FIRST.label}，2026年9月1日）"
    assert said in page(FIRST)
    assert said in page(OFFICER)
    slip = client("dispatch", SECOND).get(f"/dispatch/orders/{order.id}/slip?kind=reply").text
    assert said in slip


def test_g_14_a_mandate_is_for_its_person_its_deed_and_its_days(
    do, clock: SimulatedClock, mandated
):
    mandated("close_order", who='account = "somebody-else"')
    do(FIRST, "report", **SOLVED, **PHONED)
    do(VILLAGER, "confirmation", received=True)
    assert do(FIRST, "closure").status_code == 403
    mandated("confirm_help")
    assert do(FIRST, "closure").status_code == 403
    mandated("close_order", who='account = "county-clerk"')
    clock.set(at(2026, 10, 1))
    assert do(FIRST, "closure").status_code == 403  # it ended yesterday
    clock.set(at(2026, 9, 30, 23))
    assert do(FIRST, "closure").status_code == 200


def test_g_14_a_deed_without_need_of_the_mandate_prints_none(do, page, mandated):
    mandated("close_order")
    do(OFFICER, "report", **SOLVED)
    do(VILLAGER, "confirmation", received=True)
    assert do(FIRST, "closure").status_code == 200
    assert "按书面授权" not in page(FIRST)


def test_who_acts_for_another_names_him_and_says_why(do):
    for body, said in (
        ({}, "代为登记要写明部门经办人的姓名。"),
        ({"on_behalf": "宋杰"}, "代为登记要写明原因，例如“来电”“纸质”“外出”。"),
        ({"on_behalf": FIRST.name, "behalf_reason": "来电"}, "不能代自己签收"),
    ):
        refused = do(FIRST, "acceptance", **body)
        assert refused.status_code == 422, refused.text
        assert said in refused.text


def test_g_10_a_deputy_does_not_act_for_whom_he_stands_in(order, session: Session):
    from kit.behalf import Behalf
    from kit.errors import Refused
    from services.dispatch.replies import commands

    deputy = Actor("county-clerk-3", "何平", Role.COUNTY_CLERK, COUNTY, deputy_for="宋杰")
    with pytest.raises(Refused, match="不能代自己签收"):
        commands.accept_order(
            session,
            order.id,
            actor=deputy,
            on=at(2026, 9, 1).date(),
            on_behalf=Behalf("宋杰", "来电"),
        )
    assert deputy.label == "何平（代宋杰，县级牵头部门经办人）"


def behalf_id(door: TestClient) -> str:
    page = door.get("/dispatch/behalf").text
    return page.split('name="id" value="')[1].split('"')[0]


def test_g_14_the_other_finds_it_and_objects_with_one_tap(do, page, client, clock):
    assert "behalf" not in tasks(client, OFFICER)
    do(FIRST, "report", **SOLVED, **PHONED)
    told = tasks(client, OFFICER)["behalf"]
    assert (told["title"], told["count"]) == ("有人代您办理，请看是不是您的意思", 1)
    officer, first = client("dispatch", OFFICER), client("dispatch", FIRST)
    said = f"2026年9月1日{FIRST.label}代宋杰反馈办理结果（来电）"
    assert said in officer.get("/dispatch/behalf").text
    assert said in page(OFFICER)
    id = behalf_id(officer)
    for stranger in (FIRST, VILLAGER, Actor("w", "马宁", Role.DEPARTMENT_CLERK, "water")):
        answer = client("dispatch", stranger).post("/dispatch/behalf/objections", data={"id": id})
        assert answer.status_code == 403
    clock.set(at(2026, 9, 2))
    assert officer.post("/dispatch/behalf/objections", data={"id": id}).status_code == 303
    assert "behalf" not in tasks(client, OFFICER)
    objected = f"2026年9月2日{OFFICER.label}提出异议：不是我的意思"
    assert f"{said}；{objected}" in page(FIRST)
    again = officer.post("/dispatch/behalf/objections", data={"id": id})
    assert again.status_code == 409
    # The office above looks into it, nobody else.
    assert "objection" not in tasks(client, FIRST)
    assert tasks(client, LEADER)["objection"]["title"] == "宋杰对代办提出异议，请查实"
    settled = {"id": id, "note": "已当面核对，反馈属实"}
    assert first.post("/dispatch/behalf/settlements", data=settled).status_code == 403
    leader = client("dispatch", LEADER)
    assert leader.post("/dispatch/behalf/settlements", data=settled).status_code == 303
    assert "objection" not in tasks(client, LEADER)
    assert f"{objected}；2026年9月2日{LEADER.label}查实：已当面核对，反馈属实" in page(SECOND)


def test_who_knows_of_it_says_so_and_is_asked_no_more(do, client):
    do(FIRST, "report", **SOLVED, **PHONED)
    officer = client("dispatch", OFFICER)
    assert officer.post("/dispatch/behalf/seen", data={"id": behalf_id(officer)}).status_code == 303
    assert "behalf" not in tasks(client, OFFICER)
    assert "没有人代您办理" in officer.get("/dispatch/behalf").text


def test_an_unknown_act_is_no_act(client):
    for id in ("nothing", "01a226cf-f815-7ec5-be7e-9c9f61d27311"):
        answer = client("dispatch", OFFICER).post("/dispatch/behalf/seen", data={"id": id})
        assert answer.status_code == 404
