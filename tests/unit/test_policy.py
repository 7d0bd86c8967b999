"""Nobody reads or changes what is not his: every door, every role, own and foreign rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import Session, select

from backstop.permissions import tables
from backstop.services import service_named
from kit.policy.walk import Attempt, Door, doors, matrix
from kit.web import transaction
from schemas.codes import Role
from services.unit import service
from services.unit.directory.models import Household
from services.unit.findings import queries as findings_queries
from services.unit.lists import commands as lists_commands
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation.forms import AssignmentRow
from services.unit.organisation.models import Assignment
from services.unit.visits import commands as visits_commands
from services.unit.visits.models import Visit
from tests.conftest import at
from tests.helpers.acquainted import acquainted
from tests.helpers.posts import OTHERS, OWN, disagreements, unasked
from tests.unit.conftest import CLERK, HELPER, MONTH, OFFICE, REASONS, id_of, risk, who

CHASSIS = "/static"  # style sheets and pictures, for anybody
OTHER = "990121101201"  # a village of another township
ON = date(2026, 9, 24)


@dataclass(frozen=True)
class Request:
    """How a door is asked about a row: `{unit}` and the like are filled in from the row."""

    json: Any = None
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""


VISIT = {
    "household": "{household}",
    "helper": "{helper}",
    "on": "2026-09-12",
    "mode": "PHONE",
    "living": "生活正常",
}
VERIFICATION = {
    "verified_by": "经办人甲",
    "verified_on": "2026-09-20",
    "verified_how": "FIELD_VISIT",
}
WORDS = {"risk_point": "户主住院", "matter": "落实医疗救助"}
REQUESTS = {
    "name_units": Request(json=[{"unit": "{unit}", "name": "改名"}]),
    "name_helpers": Request(json=[{"helper": "{helper}", "unit": "{unit}", "name": "改名"}]),
    "assign_households": Request(json=[{"household": "{household}", "helper": "{colleague}"}]),
    "transfer_helper": Request(
        json={"helper": "{helper}", "to": "{colleague}", "reason": "调离"},
        data={"helper": "{helper}", "to": "{colleague}", "reason": "调离"},
    ),
    "open_month": Request(json={"month": MONTH}),
    "exempt": Request(
        json={"month": MONTH, "household": "{household}", "reason": "外迁"},
        data={"month": MONTH, "unit": "{unit}", "household": "{household}", "reason": "外迁"},
    ),
    "record_visits": Request(json=[VISIT]),
    "record_visit": Request(
        data={
            "helper": "{helper}",
            "how": "PHONE",
            "at_risk": "no",
            "normal": "living",
            "on": "2026-09-12",
        }
    ),
    "contacts": Request(query=f"?month={MONTH}&unit={{unit}}&helper={{helper}}"),
    "complete_finding": Request(json=WORDS, data=WORDS),
    "verify_finding": Request(json=VERIFICATION, data=VERIFICATION),
    "withdraw_finding": Request(json={"reason": "登记错了"}, data={"reason": "登记错了"}),
    "strike_out_finding": Request(json={"reason": "不实"}, data={"reason": "不实"}),
    "submit_list": Request(
        json={"unit": "{unit}", "month": MONTH}, data={"unit": "{unit}", "month": MONTH}
    ),
    "unmask_household": Request(data={"purpose": "IDENTIFY"}),
    "search": Request(query="?q=x"),
    "households": Request(query="?q=x"),
}
# Doors that answer everybody whom they admit, with what is his: foreign names are not among it.
FILTERED = {
    "sheets",
    "home",
    "organisation",
    "month_status",
    "findings",
    "notices",
    "search",
    "households",
}
# The county's leader's of a unit that ended and joined none; these units are there.
LEFT = {"sign_list", "strike_out_finding"}
FOREIGN = ("袁洋", "唐娟梅", "县水利局")  # a household, a helper and the unit of U002


@pytest.fixture
def app(opened, client, clock) -> Iterator[FastAPI]:
    """Its doors do what they do and take it back."""
    clock.set(at(2026, 9, 24))
    shared = client("unit").app

    def taken_back() -> Iterator[Session]:
        with opened() as session:
            yield session
            session.flush()
            session.rollback()

    shared.dependency_overrides[transaction] = taken_back
    yield shared
    shared.dependency_overrides.clear()


@pytest.fixture
def rows(opened, doing) -> dict[bool, dict[str, str]]:
    """True: of U001, its first helper and the village; False: of U002 in another township. Each
    has a finding at the county.
    """
    for unit, household, helper in (("U001", 1, "U001-01"), ("U002", 5, "U002-01")):
        note = risk(household, helper=helper)
        doing(visits_commands.record_visits, [note], actor=OFFICE, on=ON)
        doing(lists_commands.submit_list, unit, MONTH, nil=False, **REASONS, actor=OFFICE, on=ON)
        head = who(Role.UNIT_HEAD, unit)
        doing(lists_commands.sign_list, unit, MONTH, actor=head, on=ON)
    with opened.begin() as session:
        found = findings_queries.findings(session)
        session.get_one(Household, "h5").village = session.get_one(Household, "h6").village = OTHER

    def row(unit: str, household: str, helper: str) -> dict[str, str]:
        (finding,) = [one.id for one in found if one.unit == unit]
        return {
            "unit": unit,
            "household": household,
            "helper": helper,
            "colleague": f"{unit}-02",
            "month": MONTH,
            "kind": "xlsx",
            "finding": finding,
        }

    return {True: row("U001", "h1", "U001-01"), False: row("U002", "h5", "U002-01")}


def filled(value: Any, row: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**row)
    if isinstance(value, list):
        return [filled(one, row) for one in value]
    return {name: filled(one, row) for name, one in value.items()} if value else value


def ask(browser: TestClient, door: Door, row: dict[str, str]) -> Response:
    said = REQUESTS.get(door.name, Request())
    api = "/api/" in door.path
    return browser.request(
        door.method,
        filled(door.path + said.query, row),
        json=filled(said.json, row) if api else None,
        data=filled(said.data, row) if not api else None,
    )


def test_every_door_has_an_action(app):
    assert [one.path for one in doors(app.routes) if not one.action] == [CHASSIS]


@pytest.mark.parametrize("actor", OWN, ids=lambda actor: actor.account)
def test_nobody_reads_or_changes_what_is_not_his(app, rows, actor):
    headers = acquainted(app).headers(actor)
    browser = TestClient(
        app, headers=headers, raise_server_exceptions=False, follow_redirects=False
    )
    found = [one for one in doors(app.routes) if one.action]
    wrong = []
    for attempt in matrix(found, [actor]):
        answer = ask(browser, attempt.door, rows[attempt.own])
        if not as_allowed(attempt, answer):
            wrong.append((attempt.door.method, attempt.door.path, attempt.own, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: actor.account)
def test_nor_does_a_neighbour(app, rows, actor):
    headers = acquainted(app).headers(actor)
    browser = TestClient(
        app, headers=headers, raise_server_exceptions=False, follow_redirects=False
    )
    found = [one for one in doors(app.routes) if actor.role in one.roles]
    wrong = []
    for attempt in matrix(found, [actor]):
        if attempt.own or attempt.allowed or attempt.door.name in FILTERED:
            continue
        if actor.place == "U002" or actor.place.startswith("U001-"):
            continue  # has rows here, with U001's or as its colleague: the tables' walk judges them
        answer = ask(browser, attempt.door, rows[True])
        if answer.status_code not in (403, 404):
            wrong.append((attempt.door.method, attempt.door.path, answer.status_code))
    assert wrong == []


def test_the_tables_open_no_row_to_a_stranger(app, rows, opened, judged):
    for actor in (*OWN, *OTHERS):
        headers = acquainted(app).headers(actor)
        browser = TestClient(
            app, headers=headers, raise_server_exceptions=False, follow_redirects=False
        )
        for door in doors(app.routes):
            if actor.role in door.roles:
                ask(browser, door, rows[True])
    with opened() as session:
        assert list(disagreements(session, service.Table, judged)) == []
    asked_by_page = ["notices (查看已报县的农户)"]  # its rows are those of the findings' own action
    assert unasked(tables(service_named("unit")).values(), judged) == asked_by_page


def as_allowed(attempt: Attempt, answer: Response) -> bool:
    door, actor = attempt.door, attempt.actor
    if door.name in FILTERED and door.allows(actor, own=True):
        everything = door.name not in ("home", "search", "households") and attempt.allowed
        seen = [name for name in FOREIGN if name in answer.text]
        return answer.status_code == 200 and (everything or attempt.own or not seen)
    left = actor.role is Role.COUNTY_LEADER and door.name in LEFT
    if attempt.allowed and not left:
        return answer.status_code < 500 and answer.status_code not in (401, 403)
    return answer.status_code in (403, 404)


def test_g_04_a_unit_takes_no_other_units_household(opened, client):
    clerk = client("unit", CLERK)
    rows = [{"household": "h5", "helper": "U001-01"}], [{"number": "H0005", "helper": "U001-01"}]
    for body in rows:
        assert clerk.post("/unit/api/assignments", json=body).status_code == 403
        assert clerk.get("/unit/households/h5").status_code == 403
    moved = {"helper": "U002-01", "to": "U001-01", "reason": "调整"}
    assert clerk.post("/unit/api/transfers", json=moved).status_code == 403
    assert client("unit", OFFICE).post("/unit/api/assignments", json=rows[0]).status_code == 201
    assert clerk.get("/unit/households/h5").status_code == 200
    with opened() as session:
        one = session.exec(select(Assignment).where(Assignment.household == "h5")).one()
        assert one.helper == "U001-01"


@pytest.mark.parametrize("actor", [*OWN, *OTHERS], ids=lambda actor: actor.account)
def test_g_04_no_post_gives_itself_a_household(opened, client, actor):
    browser = client("unit", actor)
    body = [{"household": "h5", "helper": "U001-01"}]
    status = browser.post("/unit/api/assignments", json=body).status_code
    with opened() as session:
        one = session.exec(select(Assignment).where(Assignment.household == "h5")).one()
        assert (status == 403) == (actor.role is not Role.COUNTY_CLERK)
        assert (one.helper == "U002-01") == (actor.role is not Role.COUNTY_CLERK)


@pytest.mark.parametrize(
    "claimed", [{}, {"reached": False, "tries": 3}, {"at_risk": True, "causes": ["ILLNESS"]}]
)
@pytest.mark.parametrize("actor", [CLERK, HELPER], ids=["clerk", "helper"])
def test_g_04_a_claimed_visit_grants_no_reading(opened, client, clock, actor, claimed):
    clock.set(at(2026, 9, 24))
    note = {
        "household": "h5",
        "helper": "U001-01",
        "on": "2026-09-12",
        "mode": "PHONE",
        "living": "生活正常",
    } | claimed
    browser = client("unit", actor)
    assert browser.post("/unit/api/visits", json=[note]).status_code == 403
    assert browser.get("/unit/households/h5").status_code == 403
    assert browser.get("/unit/api/households", params={"q": "袁洋"}).json() == []
    with opened() as session:
        assert session.exec(select(Visit)).all() == []
    assert client("unit", OFFICE).post("/unit/api/visits", json=[note]).status_code == 201
    assert browser.get("/unit/households/h5").status_code == 403  # somebody else's claim neither


def test_g_04_whom_the_frozen_list_gave_a_household_reads_on_after_a_transfer(doing, client):
    moved = [AssignmentRow(household="h1", helper="U002-01")]
    doing(organisation_commands.assign_households, moved, actor=OFFICE, on=ON)
    assert client("unit", HELPER).get("/unit/households/h1").status_code == 200
    assert client("unit", who(Role.HELPER, "U001-02")).get("/unit/households/h1").status_code == 403


def test_g_05_programs_are_told_no_id_number_and_no_telephone(app, rows):
    headers = acquainted(app).headers(OFFICE)
    browser = TestClient(app, headers=headers)
    for door in doors(app.routes):
        if door.action and door.method == "GET" and "/api/" in door.path:
            told = ask(browser, door, rows[True] | {"x": "张"}).text
            assert id_of(1) not in told, door.path
            assert "16000000001" not in told, door.path


@pytest.mark.parametrize("path", ["/unit/api/lists", "/unit/lists"])
def test_g_10_a_unit_does_not_date_its_own_list(opened, client, clock, path):
    clock.set(at(2026, 9, 27))
    paper = {
        "unit": "U001",
        "month": MONTH,
        "nil": "true",
        "nil_reason": "全家外出务工",
        "received_on": "2026-09-24",
        "reason": "纸质表24日送到",
    }
    sent = {"json": paper} if "/api/" in path else {"data": paper}
    refused = client("unit", CLERK).post(path, **sent)
    assert refused.status_code == 403
    assert "补录收到日期" in refused.text
    assert client("unit", OFFICE).post(path, **sent).status_code in (201, 303)
