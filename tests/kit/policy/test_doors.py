"""Doors ask the table by their own names, before they read; and a walk over all of them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.actor import Actor
from kit.policy import Action, Policy, allow, anywhere, may_in
from kit.policy.walk import Attempt, doors, matrix
from schemas.codes import Role
from tests.conftest import actor
from tests.helpers.acquainted import acquainted
from tests.kit.policy.papers import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Assignment,
    Paper,
    policy,
)

Door = Callable[..., TestClient]
JSON = {"content-type": "application/json"}
CHASSIS = "/static"  # style sheets and pictures, for anybody
LEADER = actor(Role.GROUP_LEADER, f"{VILLAGE}/03")
CLERK, HEAD = actor(Role.VILLAGE_CLERK, VILLAGE), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
HOUSING, HELPER = actor(Role.DEPARTMENT_CLERK, "housing"), actor(Role.HELPER, "U001-02")
OFFICE, UNIT = actor(Role.COUNTY_CLERK, COUNTY), actor(Role.UNIT_CLERK, "U001")
ACTORS = (LEADER, CLERK, HEAD, HOUSING, HELPER, OFFICE, UNIT)


@pytest.fixture(autouse=True)
def rows(sessions: sessionmaker[Session]) -> None:
    """`own` is everybody's, `foreign` nobody's."""
    with sessions.begin() as session:
        session.add_all(
            [
                Paper(id="own", village=VILLAGE, group="03", department="housing"),
                Paper(id="foreign", village=OTHER_VILLAGE, department="water"),
                Assignment(paper="own", helper=HELPER.place),
            ]
        )


def test_a_door_without_an_action_does_not_import():
    router = policy.router()
    with pytest.raises(LookupError, match="burn_paper"):

        @router.post("/papers/{id}/burning")
        def burn_paper(id: str) -> None: ...


def test_a_door_without_a_policy_is_seen_by_the_walk(app: FastAPI):
    found = doors(app.routes)
    assert {(one.method, one.path, one.name) for one in found if one.action} == {
        ("GET", "/toy/api/sheets", "sheets"),  # the chassis' own
        ("GET", "/toy/api/docs", "api_docs"),
        ("GET", "/toy/api/openapi.json", "api_description"),
        ("POST", "/toy/api/sheets", "take_sheet"),
        ("POST", "/toy/api/sheets/pages", "take_sheet_in_pages"),
        ("GET", "/toy/forms/{kind}.xlsx", "sheet_form"),
        ("POST", "/toy/forms/{kind}.xlsx", "sheet_form"),
        ("GET", "/toy/api/tasks", "tasks"),
        ("GET", "/toy/api/me", "me"),
        ("GET", "/toy/audit", "audit_rows"),
        ("GET", "/toy/audit.xlsx", "audit_workbook"),
        ("GET", "/toy/behalf", "behalf"),
        ("POST", "/toy/behalf/seen", "see_behalf"),
        ("POST", "/toy/behalf/objections", "object_to_behalf"),
        ("POST", "/toy/behalf/settlements", "settle_objection"),
        ("GET", "/toy/api/papers", "papers"),
        ("GET", "/toy/api/papers/{id}", "paper"),
        ("POST", "/toy/api/papers/{id}/move", "move_paper"),
        ("POST", "/toy/api/papers/{id}/solution", "solve_paper"),
        ("POST", "/toy/api/papers/{id}/closure", "close_paper"),
        ("GET", "/toy/papers/{id}", "paper_page"),
    }
    assert [one.path for one in found if not one.action] == [CHASSIS]
    open_door = APIRouter()
    open_door.add_api_route("/toy/burning", lambda: None, methods=["POST"], name="burn")
    app.include_router(open_door)
    unknown = [one for one in doors(app.routes) if not one.action]
    assert ("POST", "/toy/burning", ()) in [(one.method, one.path, one.roles) for one in unknown]


def test_two_tables_of_a_service_have_no_action_in_common():
    other = Policy(papers=Action("看", allow(Role.HELPER, to=anywhere)))
    router = other.router()
    router.add_api_route("/papers", lambda: None, name="papers")
    both = APIRouter()
    both.add_api_route("/x", lambda: None)
    mine = policy.router()
    mine.add_api_route("/papers", lambda: None, name="papers")
    for one in (router, mine):
        both.include_router(one)
    with pytest.raises(LookupError, match="papers"):
        may_in(both.routes)


@pytest.mark.parametrize(("who", "status"), [(LEADER, 403), (None, 401)])
def test_the_role_is_asked_before_the_body_is_read(app: FastAPI, who: Actor | None, status: int):
    token = acquainted(app).token(who) if who else "none"
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/toy/api/papers/own/solution",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }
    sent = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == status


def test_a_refusal_at_the_door_says_who_may(door: Door):
    answer = door(LEADER).post("/toy/api/papers/own/solution", content=b"{")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("只有行业部门经办人、")
    assert door(LEADER).post("/toy/api/papers/own/closure", data={"x": "y"}).status_code == 403
    broken = door(HOUSING).post("/toy/api/papers/own/solution", content=b"{", headers=JSON)
    assert broken.status_code == 422


def test_forms_of_other_sites_are_still_refused(door: Door):
    origin = {"origin": "https://elsewhere.example"}
    answer = door(HOUSING).post("/toy/api/papers/own/solution", json={}, headers=origin)
    assert answer.status_code == 403
    assert "别的网站" in answer.json()["detail"]


def test_a_page_asks_the_same_table(door: Door):
    assert door(HOUSING).get("/toy/papers/own").text.split() == ["own", "办理"]
    assert door(HOUSING).get("/toy/papers/foreign").text.split() == ["foreign"]
    assert door(HEAD).get("/toy/papers/own").text.split() == ["own", "登记"]
    assert door(UNIT).get("/toy/papers/own").status_code == 403


def test_g_05_a_door_leaves_out_what_the_actor_may_not_see(door: Door):
    assert door(HELPER).get("/toy/api/papers/own").json() == {"id": "own", "village": VILLAGE}
    assert "id_number" in door(OFFICE).get("/toy/api/papers/own").json()


def test_g_03_a_township_takes_no_other_townships_paper(
    door: Door, sessions: sessionmaker[Session]
):
    def move(who: Actor, id: str, village: str) -> int:
        return door(who).post(f"/toy/api/papers/{id}/move", json={"village": village}).status_code

    assert move(HEAD, "foreign", VILLAGE) == 403
    assert move(HEAD, "own", OTHER_VILLAGE) == 403
    assert move(HEAD, "own", "990121100202") == 200
    assert move(OFFICE, "foreign", VILLAGE) == 200
    with sessions() as session:
        assert session.get_one(Paper, "own").village == "990121100202"


def test_everybody_at_every_door_with_an_own_and_a_foreign_paper(app: FastAPI, door: Door):
    """The matrix, as services feed theirs: what is tried comes from the routes, what is right from
    the table.
    """
    tried = 0
    for one in matrix([one for one in doors(app.routes) if one.action], ACTORS):
        if "{id}" not in one.door.path or one.door.name == "close_paper":
            continue
        status = attempt(door, one)
        if one.door.name == "paper_page":  # this one shows only what its template asks for
            assert (status == 403) is (one.actor.role not in one.door.roles), one
        else:
            assert (status == 200) is one.allowed, (status, one)
        tried += 1
    assert tried == 4 * 2 * len(ACTORS)


def attempt(door: Door, one: Attempt) -> int:
    path = one.door.path.format(id="own" if one.own else "foreign")
    village = VILLAGE if one.own else OTHER_VILLAGE
    body = (
        None
        if one.door.method == "GET"
        else {"village": village, "on_behalf": "宋杰", "behalf_reason": "来电"}
    )
    return door(one.actor).request(one.door.method, path, json=body).status_code
