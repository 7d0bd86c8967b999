"""What an order's way leaves in the audit: who did which step to which order, and who read whose number."""

from datetime import date

import pytest
from sqlalchemy import text

from schemas.codes import GapItem, Role
from tests.conftest import actor

API = "/dispatch/api/orders"
HOUSING, OFFICE = actor(Role.DEPARTMENT_CLERK, "housing"), actor(Role.COUNTY_CLERK)
VILLAGE = actor(Role.VILLAGE_CLERK, "990121100201")


@pytest.fixture
def order(session, opened):
    made = opened(date(2026, 9, 1), GapItem.HOUSING_UNSAFE)
    session.commit()
    return made


@pytest.fixture
def rows(dispatch_sessions):
    def kept() -> list[tuple]:
        with dispatch_sessions.begin() as session:
            found = session.execute(text("SELECT * FROM audit ORDER BY id"))
            return [(row.kind, row.deed, row.account, row.objects, row.count) for row in found]

    return kept


def test_events_leave_none_and_each_step_one(client, order, rows):
    assert rows() == []  # the order was made by an event
    solved = {"result": "solved", "explanation": "已修缮", "amount": 1_200_000}
    for who, step, body in (
        (HOUSING, "acceptance", None),
        (HOUSING, "report", solved),
        (VILLAGE, "confirmation", {"received": True}),
        (OFFICE, "closure", None),
    ):
        answer = client("dispatch", who).post(f"{API}/{order.id}/{step}", json=body)
        assert answer.status_code == 200, answer.text
    deeds = ("accept_order", "report_order", "confirm_help", "close_order")
    people = (HOUSING, HOUSING, VILLAGE, OFFICE)
    assert rows() == [
        ("act", deed, who.account, [f"{order.__tablename__}:{order.id}"], None)
        for deed, who in zip(deeds, people, strict=True)
    ]


def test_who_reads_a_number_and_who_takes_the_list_away_is_kept(client, order, rows):
    this = [f"{order.__tablename__}:{order.id}"]
    client("dispatch", HOUSING).get(f"/dispatch/orders/{order.id}")
    stranger = client("dispatch", actor(Role.DEPARTMENT_CLERK, "water"))
    assert stranger.get(f"/dispatch/orders/{order.id}").status_code == 404  # not there for him
    assert stranger.post(f"{API}/{order.id}/acceptance").status_code == 403
    client("dispatch", OFFICE).get("/dispatch/orders.xlsx")
    kept = [(kind, deed, objects, count) for kind, deed, _, objects, count in rows()]
    assert kept == [
        ("read", "order", this, None),
        ("refused", "accept_order", this, None),
        ("export", "orders", this, 1),
    ]


def test_for_whom_somebody_acted_is_kept_and_not_his_name(client, order, dispatch_sessions):
    given = {"on_behalf": "宋杰", "behalf_reason": "来电"}
    answer = client("dispatch", OFFICE).post(f"{API}/{order.id}/acceptance", json=given)
    assert answer.status_code == 200, answer.text
    with dispatch_sessions.begin() as session:
        row = session.execute(text("SELECT * FROM audit")).one()
    assert (row.deed, row.account, row.on_behalf) == ("accept_order", OFFICE.account, "部门经办人")
    assert "宋杰" not in str(row)
