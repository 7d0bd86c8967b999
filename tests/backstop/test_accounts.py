"""Sign-in links at the front door: a place fits its role and is never filled in for somebody."""

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from backstop.front import Front
from backstop.installation import Installation
from backstop.links import Links
from backstop.portal import make_front
from kit.tokens import make_token
from schemas.codes import Role
from tests.conftest import COUNTY, actor

HandOut = Callable[..., tuple[int, str]]


@pytest.fixture
def front(tmp_path: Path) -> Front:
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    return Front(installation, "http://proxy.invalid")


@pytest.fixture
def hand_out(front: Front) -> HandOut:
    """`hand_out(role, place)`: status and page, as the administrator sees them."""
    token = make_token(front.installation.keyring.token_key, actor(Role.ADMINISTRATOR))
    headers = {"authorization": f"Bearer {token}"}
    browser = TestClient(make_front(front), headers=headers, raise_server_exceptions=False)

    def send(role: Role, place: str = "") -> tuple[int, str]:
        data = {"name": "试用人", "role": role.value, "place": place}
        answer = browser.post("/accounts", data=data)
        return answer.status_code, unescape(answer.text)

    return send


@pytest.mark.parametrize(
    "role",
    [
        Role.GROUP_LEADER,
        Role.VILLAGE_CLERK,
        Role.TOWNSHIP_CLERK,
        Role.TOWNSHIP_HEAD,
        Role.HELPER,
        Role.UNIT_HEAD,
        Role.SUPERVISOR,
        Role.DEPARTMENT_CLERK,
    ],
)
def test_g_02_a_blank_place_makes_nobody_the_whole_county(
    front: Front, hand_out: HandOut, role: Role
):
    for place in ("", "  ", COUNTY):
        status, page = hand_out(role, place)
        assert status == 422, place
        assert f"请核对{role.label}的“地方或单位代码”" in page
    assert Links(front.installation.home).all() == []


def test_g_02_a_place_is_of_the_kind_its_role_has(front: Front, hand_out: HandOut):
    for role, wrong in (
        (Role.VILLAGE_CLERK, "990121100000"),
        (Role.TOWNSHIP_HEAD, "990121100201"),
        (Role.GROUP_LEADER, "990121100201"),
        (Role.COUNTY_LEADER, "990121100000"),
        (Role.VILLAGE_CLERK, "880121100201"),  # another county's
        (Role.COUNTY_CLERK, "880121000000"),
    ):
        assert hand_out(role, wrong)[0] == 422, (role, wrong)
    assert Links(front.installation.home).all() == []


def test_a_link_is_for_the_place_that_was_given(front: Front, hand_out: HandOut):
    given = {
        Role.GROUP_LEADER: "990121100201/03",
        Role.VILLAGE_CLERK: "990121100201",
        Role.TOWNSHIP_HEAD: "990121100000",
        Role.HELPER: "U001-02",
        Role.DEPARTMENT_CLERK: "housing",
    }
    for role, place in given.items():
        assert hand_out(role, f" {place} ")[0] == 200
    for role in (Role.COUNTY_CLERK, Role.ADMINISTRATOR):  # the county's own people need none
        assert hand_out(role)[0] == 200
        given[role] = COUNTY
    assert {one.role: one.place for one in Links(front.installation.home).all()} == given
