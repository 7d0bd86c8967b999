"""Whoever signs for others sees first what one of them says was not his meaning."""

import pytest

from tests.village.personas import (
    CLERK,
    HEAD,
    HEWAN,
    LEADER,
    MAJIA,
    MAJIA_CLERK,
    MONTH,
    SHIQIAO,
    TOWNSHIP_CLERK,
    at,
)

SAID = "提出异议：不是我的意思"
GROUP = {"village": SHIQIAO, "group": "01", "month": MONTH}
OWN, TOWNSHIP = f"/village/villages/{SHIQIAO}/{MONTH}", f"/village/townships/{HEWAN}/{MONTH}"


@pytest.fixture
def objected(client, clock, register):
    """The village's clerk reported nil for a leader, who says that he did not."""
    clock.set(at(10))
    clerk, leader = client("village", CLERK), client("village", LEADER)
    answer = clerk.post("/village/api/group-reports", json=GROUP | {"nil": True})
    assert answer.status_code == 201, answer.text
    assert SAID not in clerk.get(OWN).text
    id = leader.get("/village/behalf").text.split('name="id" value="')[1].split('"')[0]
    assert leader.post("/village/behalf/objections", data={"id": id}).status_code == 303
    return id


def first(page: str, until: str) -> str:
    """What stands above the button that signs."""
    return page.partition("以前先看")[2].partition(until)[0]


def test_f_54_a_clerk_sees_a_leaders_objection_before_the_list_goes_up(client, objected):
    read = first(client("village", CLERK).get(OWN).text, "</ul>")
    assert SAID in read
    assert 'href="#groups"' in read
    theirs = client("village", MAJIA_CLERK).get(f"/village/villages/{MAJIA}/{MONTH}").text
    assert SAID not in theirs


def test_f_54_the_head_sees_it_before_the_signature_until_it_is_settled(client, clock, objected):
    clock.set(at(18))
    clerk, head = client("village", CLERK), client("village", HEAD)
    silent = {"silent_reason": "都打过电话"}
    sent = clerk.post(
        "/village/lists", data={"village": SHIQIAO, "month": MONTH, "nil": "true"} | silent
    )
    assert sent.status_code == 303, sent.text
    read = first(head.get(TOWNSHIP).text, "</ul>")
    assert (SAID in read, f'href="{OWN}#groups"' in read) == (True, True)
    office = client("village", TOWNSHIP_CLERK)
    assert 'href="/village/behalf"' in first(office.get(TOWNSHIP).text, "</ul>")
    said = {"id": objected, "note": "问过组长，确无风险"}
    assert office.post("/village/behalf/settlements", data=said).status_code == 303
    assert SAID not in first(head.get(TOWNSHIP).text, "</ul>")
