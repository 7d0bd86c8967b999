"""Who gets through which door of the county's reporting with whose row: made from the policies."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from starlette.responses import Response

from kit.actor import Actor
from kit.ids import new_id
from kit.policy import Policy
from kit.policy.walk import Attempt, doors, matrix
from kit.seal import Keyring
from schemas.codes import Role
from services.county.hearings.policy import policy as hearings
from services.county.ledger.policy import policy as ledger
from services.county.missed_discoveries.models import AccusedTier, Candidate, FoundBy
from services.county.missed_discoveries.rules import StatementKind
from services.county.months import commands as months_commands
from services.county.months.policy import policy as months
from services.county.organisation import commands as organisation_commands
from services.county.organisation.policy import policy as organisation
from services.county.reporters.policy import policy as reporting
from services.county.supervision.models import SupervisionDraft
from services.county.supervision.policy import policy as supervision
from tests.conftest import actor, at
from tests.county.personas import COUNTY, MONTH, OTHER_VILLAGE, TOWNSHIP, VILLAGE, a_team, day
from tests.county.test_verification import CLERK
from tests.helpers.acquainted import acquainted

POLICIES: tuple[Policy, ...] = (hearings, ledger, months, organisation, reporting, supervision)
OURS = [action for policy in POLICIES for action in policy.values()]
VILLAGE_CLERK, UNIT_CLERK = actor(Role.VILLAGE_CLERK, VILLAGE), actor(Role.UNIT_CLERK, "U001")
UNIT_HEAD, SUPERVISOR = actor(Role.UNIT_HEAD, "U001"), actor(Role.SUPERVISOR, "D1")
COUNTY_CLERK = actor(Role.COUNTY_CLERK, COUNTY)
ACTORS = (
    VILLAGE_CLERK,
    UNIT_CLERK,
    UNIT_HEAD,
    SUPERVISOR,
    actor(Role.GROUP_LEADER, f"{VILLAGE}/01"),
    actor(Role.TOWNSHIP_CLERK, TOWNSHIP),
    actor(Role.TOWNSHIP_HEAD, TOWNSHIP),
    actor(Role.HELPER, "U001-01"),
    actor(Role.DEPARTMENT_CLERK, "housing"),
    actor(Role.DEPARTMENT_HEAD, "housing"),
    COUNTY_CLERK,
    actor(Role.COUNTY_LEADER, COUNTY),
    actor(Role.ADMINISTRATOR, COUNTY),
)
SHEETS = "/county/api/sheets"
LISTS = {"candidates", "ledger", "month", "teams"}  # they show one's own, whoever may ask
FINDING = {"village": VILLAGE, "head_name": "户主1", "causes": ["ILLNESS"], "problem": "漏雨"}
MONITORED = {
    "village": VILLAGE,
    "head_name": "甲",
    "category": "MARGINAL",
    "persons": 3,
    "identified_on": "2024-03-01",
    "number": "H1",
}
BODIES: dict[str, Any] = {
    "open_month": {"month": MONTH},
    "enter_teams": [{"code": "D9", "name": "九组", "townships": ["河湾镇"]}],
    "enter_responsibles": [{"place": "河湾镇", "post": "镇长", "name": "徐梅杰"}],
    "enter_monitored_households": [MONITORED],
    "exempt_team": {"team": "D1", "reason": "撤并"},
    "hear_candidate": {"explanation": "当时未发生"},
    "confirm_candidate": {"reason": "属实"},
    "dismiss_candidate": {"reason": "属实"},
    "add_supervision_finding": FINDING,
}
IN_MONTH = {"add_supervision_finding", "drop_supervision_finding", "report_supervision"}
FORMS: dict[str, Any] = {
    "drop_supervision_finding": {"code": "D1"},
    "report_supervision": {"nil": "true"},
}
STATE = """SELECT (SELECT count(*) FROM outbox), (SELECT sum(version) FROM candidate),
    (SELECT count(*) FROM supervision_draft), (SELECT count(exempt_reason) FROM reporter_month),
    (SELECT count(*) FROM team), (SELECT count(*) FROM responsible),
    (SELECT count(*) FROM monitored_household)"""


@dataclass
class Office:
    """The county with two teams and an open month, and rows made as an attempt needs them."""

    county: Any
    browser: TestClient
    keyring: Keyring

    def sign_in(self, who: Actor) -> TestClient:
        """One application for all: it takes longer to build than to ask."""
        self.browser.headers.update(acquainted(self.browser.app).headers(who))
        return self.browser

    def state(self) -> Any:
        with self.county.sessions() as session:
            return session.execute(text(STATE)).one()

    def candidate(self, accused: str) -> str:
        with self.county.sessions.begin() as session:
            row = Candidate(
                month=MONTH,
                household=new_id(),
                village=VILLAGE,
                accused_tier=AccusedTier.VILLAGE if accused.isdigit() else AccusedTier.UNIT,
                accused=accused,
                statement=StatementKind.VILLAGE_NIL,
                said_on=day(17),
                found_by=FoundBy.COUNTY,
                finding=new_id(),
                finder="D2",
                raised_on=day(18),
                hearing_due=day(20),
                pack="x@1",
            )
            session.add(row)
            return row.id

    def draft(self, team: str) -> str:
        with self.county.sessions.begin() as session:
            row = SupervisionDraft(
                team=team,
                month=MONTH,
                village=VILLAGE,
                head_name="户主2",
                causes=["ILLNESS"],
                problem=new_id(),
                found_on=day(20),
            )
            session.add(row)
            return row.id

    def prepared(self, attempt: Attempt) -> Callable[[], Response]:
        """The request through the door, with a row of the actor's own or of somebody else's."""
        door, who = attempt.door, attempt.actor
        unit = who.place.startswith("U")
        team = "D1" if attempt.own else "D2"
        accused = {
            (True, True): "U001",
            (True, False): "U002",
            (False, True): VILLAGE,
            (False, False): OTHER_VILLAGE,
        }[unit, attempt.own]
        path = door.path.format(
            month=MONTH,
            code=team,
            team=team,
            candidate_id=self.candidate(accused) if "candidate_id" in door.path else "",
            draft=self.draft(team) if "draft" in door.path else "",
        )
        body = BODIES.get(door.name)
        if door.name == "report_supervision":
            body = {"month": MONTH, "nil": False, "team": team, "findings": [FINDING]}
        browser = self.sign_in(who)
        if "/api/" in door.path:
            return partial(browser.request, door.method, path, json=body)
        form = FORMS.get(door.name, body or {})
        if door.method == "POST" and door.name in IN_MONTH:
            form = form | {"month": MONTH}
        return partial(browser.request, door.method, path, data=form or None)


@pytest.fixture
def office(county, client, clock, keyring) -> Office:
    roster = [
        a_team("D1", "第一督导组", "甲", "河湾镇"),
        a_team("D2", "第二督导组", "乙", "青岭乡"),
    ]
    county.do(organisation_commands.enter_teams, roster, actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    clock.set(at(2026, 9, 24))
    return Office(county, client("county"), keyring)


def test_g_05_nobody_reads_or_changes_what_is_not_his(office):
    found = [door for door in doors(office.browser.app.routes) if door.action in OURS]
    assert {door.name for door in found} >= set(BODIES) | LISTS
    for attempt in matrix(found, ACTORS):
        allowed = attempt.allowed or (
            attempt.door.name in LISTS and attempt.actor.role in attempt.door.roles
        )
        request = office.prepared(attempt)
        before = office.state()
        answer = request()
        said = (attempt.door.path, attempt.actor.role, attempt.own, answer.text[:300])
        if allowed:
            assert answer.status_code not in (401, 403, 404, 405, 500), said
        else:
            assert answer.status_code in (403, 404), said
            assert office.state() == before, said


def seen(office: Office, who: Actor, path: str) -> Any:
    answer = office.sign_in(who).get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_g_05_lists_show_ones_own_alone(office):
    for accused in (VILLAGE, OTHER_VILLAGE, "U001", "U002"):
        office.candidate(accused)
    for who in (VILLAGE_CLERK, UNIT_CLERK, UNIT_HEAD):
        rows = seen(office, who, "/county/api/candidates")
        assert {row["accused"] for row in rows} == {who.place}
    assert len(seen(office, CLERK, "/county/api/candidates")) == 4
    reporters = {
        who: {
            row["code"]
            for tier in seen(office, who, f"/county/api/months/{MONTH}")["tiers"]
            for row in tier["reporters"]
        }
        for who in ACTORS
        if who.role in reporting["month"].roles
    }
    assert reporters[VILLAGE_CLERK] == {VILLAGE, f"{VILLAGE}/01"}
    assert reporters[UNIT_CLERK] == {"U001"}
    assert reporters[SUPERVISOR] == {"D1"}
    assert {"D1", "D2", "verify"} <= reporters[COUNTY_CLERK]


@pytest.mark.parametrize("how", ["api", "page"])
def test_g_10_no_door_lets_a_team_date_its_own_report(office, how):
    browser = office.sign_in(SUPERVISOR)
    late = {"month": MONTH, "received_on": "2026-09-20", "reason": "纸质表9月20日收到"}
    if how == "api":
        body = late | {"team": "D1", "nil": True}
        answer = browser.post("/county/api/supervision-reports", json=body)
    else:
        answer = browser.post("/county/supervision/D1/report", data=late | {"nil": "true"})
    assert answer.status_code == 403
    assert "补录收到日期" in answer.text


def test_g_05_import_reports_are_for_who_sent_them_and_the_county(office):
    header = ["乡镇", "村", "户主姓名", "身份证号码", "发现问题", "易返贫（致贫）原因", "建议"]
    rows = [["督导组：第一督导组"], header, ["河湾镇", "石桥村", "户主1", "", "漏雨", "因病", ""]]
    raw = {"file": "督导清单.xlsx", "title": "督导清单", "rows": rows}
    sent = office.sign_in(SUPERVISOR).post(
        "/county/api/sheets", json={"sheet": raw, "month": MONTH}
    )
    assert (sent.status_code, sent.json()["taken"]) == (200, 1), sent.text
    assert [one["title"] for one in seen(office, SUPERVISOR, SHEETS)] == ["督导清单"]
    assert seen(office, actor(Role.SUPERVISOR, "D2"), SHEETS) == []
    assert [one["account"] for one in seen(office, CLERK, SHEETS)] == [SUPERVISOR.account]
