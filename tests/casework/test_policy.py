"""Who may do what in casework: every door, each role, an own file and somebody else's."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from backstop.permissions import tables
from backstop.services import service_named
from kit.actor import Actor
from kit.policy.walk import Attempt, doors, matrix
from schemas.codes import Role
from services.casework import service
from services.casework.identification.models import Identification, NetworkCase
from tests.casework.town import BEGAN, OTHER_VILLAGE, VILLAGE, Casework, day, id_number
from tests.helpers.posts import OTHERS, OWN, disagreements, post, unasked

CHASSIS = "/static"  # style sheets and pictures, for anybody
CONCERNED = (  # whose file it may be
    *(Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.LEADING_GROUP),
    *(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY),
)
OWNERS = tuple(post(role) for role in CONCERNED)
STRANGERS = tuple(one for one in OWN if one.role not in CONCERNED)
DENIED = (403, 404)


# Pages that every file has, whatever was filled in.
SHOWN = {"file", "consent", "green_channel"}


@pytest.fixture
def files(casework: Casework) -> dict[bool, str]:
    """Own → id: a file in the village, and one in another township."""
    casework.hear(casework.household(6, "990121100202"))
    casework.hear(*(event for n in (1, 5, 6) for event in casework.case(n, day(2))))
    past = BEGAN.replace(month=8, day=20)
    casework.hear(*casework.case(3, day(20, 8)), *casework.case(4, day(20, 8)), at=past)
    by_village = {file.village: file.id for file in casework.files()}
    assert len(by_village) == 3
    return {True: by_village[VILLAGE], False: by_village[OTHER_VILLAGE]}


@pytest.fixture
def door(client) -> Callable[[Actor], TestClient]:
    known: dict[Actor, TestClient] = {}
    return lambda who: known.setdefault(who, client("casework", who))


@pytest.fixture
def app(client) -> FastAPI:
    return client("casework").app


def test_every_door_has_an_action(app: FastAPI):
    assert [one.path for one in doors(app.routes) if not one.action] == [CHASSIS]


def test_everybody_at_every_door_with_an_own_and_a_foreign_file(
    app: FastAPI, door, files, casework_sessions, judged
):
    """(post × own and foreign file × door), and what the tables say of every row."""

    def versions() -> list[tuple[str, int]]:
        with casework_sessions() as session:
            rows = session.exec(select(Identification).order_by(Identification.id))
            return [(row.id, row.version) for row in rows]

    def attempt(one: Attempt) -> int:
        path = one.door.path.format(id=files[one.own])
        return door(one.actor).request(one.door.method, path).status_code

    of_files = [one for one in doors(app.routes) if "/files/{id}" in one.path and one.name in SHOWN]
    assert {one.name for one in of_files} == SHOWN
    for one in matrix(of_files, (*OWNERS, *STRANGERS)):
        if one.own and one.actor in STRANGERS:
            continue  # who has no file of his own
        before = versions()
        assert (attempt(one) not in DENIED) is one.allowed, one
        assert versions() == before, one
    for who in (*OWN, *OTHERS):
        for path in ("/", "/files", "/earlier", "/leads?q=户主", "/api/files", "/api/earlier"):
            door(who).get(f"/casework{path}")
        body = {"household": "h5", "channel": "CADRE", "on": "2026-09-01"}
        door(who).post("/casework/api/leads", json=body)
        body["channel"] = "COUNTY_PUSH"
        door(who).post("/casework/api/leads", json=body)
    refused = door(post(Role.COUNTY_LEADER)).post(
        "/casework/api/earlier/case-3", json={"opens": True}
    )
    assert refused.status_code == 403
    with casework_sessions() as session:
        own = {
            key: one for key, one in judged.items() if one.model in (Identification, NetworkCase)
        }
        assert list(disagreements(session, service.Table, own)) == []  # the steps have theirs
    assert unasked([tables(service_named("casework"))["identification"]], judged) == []


def test_who_enters_leads_enters_those_of_his_place(door, files, casework: Casework):
    who_may = (
        *(Role.COUNTY_CLERK, Role.TOWNSHIP_CLERK),
        *(Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY),
    )
    for who in OWN:
        for household, foreign in (("h2", False), ("h5", True)):
            body = {"household": household, "channel": "CADRE", "on": "2026-09-01"}
            status = door(who).post("/casework/api/leads", json=body).status_code
            may = who.role in who_may and (not foreign or who.role is Role.COUNTY_CLERK)
            assert (status == 200) is may, (who.role, household, status)
        push = {"household": "h2", "channel": "COUNTY_PUSH", "on": "2026-09-01"}
        status = door(who).post("/casework/api/leads", json=push).status_code
        assert (status == 200) is (who.role is Role.COUNTY_CLERK), who.role
    assert id_number(2)


@pytest.mark.parametrize("who", [*OWNERS, *STRANGERS], ids=lambda who: who.role.value)
def test_lists_show_ones_own_files_only(who: Actor, door, files, casework: Casework):
    numbers = {file.id: file.number for file in casework.files()}
    if who in STRANGERS:
        for path in ("/api/files", "/files", "/files.xlsx"):
            assert door(who).get(f"/casework{path}").status_code == 403, path
        return
    county, township = who.role in CONCERNED[:3], who.role in CONCERNED[3:5]
    seen = {
        numbers[file.id]
        for file in casework.files()
        if county or file.village == VILLAGE or (township and file.village.startswith("990121100"))
    }
    listed = door(who).get("/casework/api/files").json()
    assert {one["number"] for one in listed} == seen
    page = door(who).get("/casework/files").text
    assert {number for number in numbers.values() if number in page} == seen


def test_g_05_a_file_is_answered_without_numbers(door, files, casework: Casework):
    for who in OWNERS:
        answer = door(who).get(f"/casework/api/files/{files[True]}")
        page = door(who).get(f"/casework/files/{files[True]}").text
        assert id_number(1) not in answer.text + page
        assert "户主1" in page


def test_only_the_office_decides_earlier_cases(door, files, casework: Casework, casework_sessions):
    for who in OWN:
        body = {"opens": False, "reason": "已按原办法办理"}
        status = door(who).post("/casework/api/earlier/case-4", json=body).status_code
        assert (status == 200) is (who.role is Role.COUNTY_CLERK), (who.role, status)
    with casework_sessions() as session:
        assert decided(session) == "已按原办法办理"


def decided(session: Session) -> str | None:
    return session.get_one(NetworkCase, "case-4").reason
