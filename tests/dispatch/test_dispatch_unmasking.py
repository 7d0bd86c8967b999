"""Whole numbers of an order are for who must find the person in a register of his own or calls on
him; everybody else says what for, and the audit keeps it. Page and papers ask the same tables.
"""

from datetime import date

import pytest
from sqlalchemy import text

from rulebook.ids import make_id
from schemas.codes import GapItem, Role
from tests.helpers.posts import post

NUMBER, PHONE = make_id("990121", date(1970, 1, 1), 1), "16000000001"
FORM = {"purpose": "IDENTIFY"}
SEES = {  # ID number, telephone
    Role.COUNTY_CLERK: (True, True),
    Role.DEPARTMENT_CLERK: (True, True),
    Role.VILLAGE_CLERK: (False, True),
    Role.VILLAGE_SECRETARY: (False, True),
    Role.COUNTY_LEADER: (False, False),
    Role.LEADING_GROUP: (False, False),
    Role.DEPARTMENT_HEAD: (False, False),
    Role.TOWNSHIP_CLERK: (False, False),
    Role.TOWNSHIP_HEAD: (False, False),
}
SAYS_WHAT_FOR = (
    *(Role.COUNTY_LEADER, Role.DEPARTMENT_HEAD),
    *(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, Role.VILLAGE_CLERK),
)


@pytest.fixture
def order(session, opened) -> str:
    found = opened(date(2026, 9, 1), GapItem.HOUSING_UNSAFE)
    session.commit()
    return f"/dispatch/orders/{found.id}"


@pytest.mark.parametrize(("role", "sees"), SEES.items(), ids=lambda one: getattr(one, "value", ""))
def test_page_and_slip_show_the_numbers_that_the_post_needs(client, order, role, sees):
    browser = client("dispatch", post(role))
    for path in (order, f"{order}/slip"):
        shown = browser.get(path)
        assert shown.status_code == 200, path
        assert (NUMBER in shown.text, PHONE in shown.text) == sees, path


@pytest.mark.parametrize("role", SAYS_WHAT_FOR)
def test_everybody_else_says_what_for_and_sees_them_once(client, dispatch_sessions, order, role):
    browser = client("dispatch", post(role))
    assert "查看完整号码" in browser.get(order).text
    seen = browser.post(f"{order}/unmasking", data=FORM)
    assert (seen.status_code, NUMBER in seen.text, PHONE in seen.text) == (200, True, True)
    assert NUMBER not in browser.get(order).text
    with dispatch_sessions() as session:
        kept = session.execute(
            text("SELECT kind, purpose FROM audit WHERE deed = 'unmask_order'")
        ).all()
    assert [tuple(row) for row in kept] == [("read", "核对身份")]


@pytest.mark.parametrize(
    "stranger",
    [
        post(Role.LEADING_GROUP),
        post(Role.DEPARTMENT_HEAD, "water"),
        post(Role.TOWNSHIP_HEAD, "990121300000"),
        post(Role.VILLAGE_CLERK, "990121300301"),
        post(Role.UNIT_CLERK),
        post(Role.ADMINISTRATOR),
    ],
    ids=lambda one: one.account,
)
def test_nobody_unmasks_what_is_not_his(client, order, stranger):
    refused = client("dispatch", stranger).post(f"{order}/unmasking", data=FORM)
    assert refused.status_code in (403, 404)
    assert NUMBER not in refused.text
    assert PHONE not in refused.text
