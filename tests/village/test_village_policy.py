"""Who may what: everybody at every door, with rows of his own place and of somebody else's."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from backstop.permissions import tables
from backstop.services import service_named
from kit.access import door as access_door
from kit.errors import Forbidden
from kit.policy.walk import Attempt, doors, matrix
from kit.sheets import door as sheets_door
from kit.sheets import forms as sheets_forms
from kit.tasks import door as tasks_door
from kit.web import docs
from rulebook.packs.checks import CheckKind, Mender
from rulebook.scopes import ScopeKind
from schemas.codes import RiskCause, Role
from schemas.county import CaseSentBack
from schemas.unit import UnitListSubmitted
from schemas.values import Finding, Receipt
from services.village import service
from services.village.checks.models import DataFinding
from services.village.checks.rules import Answer
from services.village.findings import commands as findings_commands
from services.village.findings.forms import FindingDraft
from services.village.key_groups.models import KeyGroupHousehold
from services.village.lists import commands as lists_commands
from services.village.national.models import NationalImport
from services.village.outcomes import commands as outcomes_commands
from services.village.rechecks import commands as rechecks_commands
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries
from services.village.register.forms import Newcomer
from services.village.screening import commands as screening_commands
from tests.helpers.posts import OTHERS, OWN, disagreements, unasked
from tests.village.personas import (
    ASKED,
    CLERK,
    COUNTY,
    HEWAN,
    HOUSEHOLDS,
    LEADER,
    MONTH,
    OFFICE,
    QINGLING,
    SHIQIAO,
    TOWNSHIP_CLERK,
    UNWAITED,
    YUNTAI,
    at,
    household,
    on,
    person,
    who,
)

# Doors that name no row: they show whatever lies in the actor's place, and nothing else.
LISTS = {
    "/",
    "/checks",
    "/checks.xlsx",
    "/key-groups",
    "/key-groups.xlsx",
    "/national",
    "/api/closings",
    "/api/doubles",
    "/api/findings",
    "/api/households",
    "/api/months",
    "/api/months/{month}",
    "/api/rechecks",
    "/findings",
    "/api/register-tasks",
    "/closings",
    "/doubles",
    "/households",
    "/households.xlsx",
    "/months/{month}",
    "/notices",
    "/register-tasks",
    "/search",
}
CHASSIS = (
    access_door.policy,
    docs.policy,
    sheets_door.policy,
    sheets_forms.policy,
    tasks_door.policy,
)


@dataclass(frozen=True)
class Rows:
    """One of each thing that a door may be asked for, in one group of one village."""

    village: str
    township: str
    household: str
    number: str
    newcomer: str  # name
    finding: str
    task: str
    case: str
    month: str = MONTH
    group: str = "01"
    person: int = 0
    id: str = ""  # what a data check found
    one: str = ""  # an export of the national system that waits

    def body(self, path: str):
        """What a door takes: JSON below /api, else a form."""
        group = {"village": self.village, "group": "01", "month": self.month}
        month = {"village": self.village, "month": self.month}
        finding = {"household": self.household, "causes": ["ILLNESS"], "risk_point": "住院"}
        urgent = finding | {"matter": "救助"}
        members = [{"name": "改名人", "relationship": "户主"}]
        signature = {"township": self.township, "month": self.month, "missing_reason": UNWAITED}
        exemption = {"month": self.month, "reason": "组长去世"}
        reopening = {"kind": "GROUP", "code": f"{self.village}/01", "reason": "两组合并"}
        closing = reopening | {"last_month": self.month}
        return {
            "/api/divisions": [{"division": self.village, "name": "改名村"}],
            "/api/groups": [{"village": self.village, "group": "01", "leader": "改名人"}],
            "/api/households": [
                {"number": self.number, "village": self.village, "group": "01", "members": members}
            ],
            "/api/months": {"month": self.month},
            "/api/exemptions": exemption | {"division": self.village, "group": "01"},
            "/exemptions": exemption | {"kind": "GROUP", "code": f"{self.village}/01"},
            "/api/group-reports": group | {"nil": True},
            "/api/findings": month | {"finding": finding},
            "/findings": month | finding,
            "/api/urgent-findings": month | {"finding": urgent},
            "/api/signatures": signature,
            "/signatures": signature,
            "/group-reports": group,
            **dict.fromkeys(("/closings", "/api/closings"), closing),
            **dict.fromkeys(("/closings/undo", "/api/closings/undo"), reopening),
            "/lists": month | {"nil": "true", "silent_reason": ASKED},
            "/api/lists": month | {"nil": True, "silent_reason": ASKED},
            "/checks": {},
            "/checks/{id}": {"answer": Answer.RIGHT.value, "reason": "已核实"},
            "/households/{household}/coming": {"kind": "born", "on": "2026-09-10"}
            | {"name": "孙某", "relationship": "儿子"},
            "/households/{household}/leaving": {"kind": "died", "on": "2026-09-10", "person": "x"},
            "/key-groups/{household}": {"key_group": "LEFT_BEHIND"},
            "/key-groups/{household}/untagging": {"key_group": "LEFT_BEHIND"},
            "/national/{one}/confirmation": {"shown": ""},
            "/findings/{finding}/mending": month | finding,
            "/api/findings/{finding}/mending": {"causes": ["ILLNESS"]},
        }.get(path) or (
            group
            if "withdrawals" in path
            else {"number": "H9999"}
            if path.endswith("/number")
            else {"purpose": "IDENTIFY"}
            if path.endswith("/unmasking")
            else {"keep": self.household, "reason": "同一户"}
            if path.endswith(("/merging", "/persons/{person}"))
            else {"on_register": "true", "outcome": "已落户"}
            if "register-tasks" in path
            else {"still_at_risk": "true", "note": "仍住院"}
            if "rechecks" in path
            else {"agreed": "true"}
        )


def rows_of(session, number, name, seq, village, township):
    """A finding, a register task, a case sent back and another channel's notice in this village."""
    found = register_queries.by_number(session, [number])[number].id
    finding = findings_commands.add_finding(
        session,
        village,
        MONTH,
        FindingDraft(household=found, causes=("ILLNESS",), risk_point="住院", matter="救助"),
        actor=OFFICE,
        on=on(10),
    )
    id_number = person(name, seq).id_number
    newcomer = Newcomer(name=name, id_number=id_number, group="01")
    unknown = register_commands.enter_unregistered(session, village, newcomer, on=on(10))
    session.flush()
    rechecks_commands.open_recheck(
        session,
        CaseSentBack(
            case=f"C-{number}",
            number=f"AJ-{number}",
            household=found,
            village=village,
            township=township,
            on=on(12),
            due=on(19),
            question="是否外出务工",
            findings=(),
        ),
    )
    reported = Finding(
        finding=f"U-{number}",
        household=found,
        village=village,
        group="01",
        causes=(RiskCause.ILLNESS,),
        found_on=on(11),
        sealed="x",
    )
    outcomes_commands.record_unit_list(
        session,
        UnitListSubmitted(
            unit="U001", month=MONTH, receipt=Receipt(on=on(12)), nil=False, findings=(reported,)
        ),
    )
    task = register_queries.open_task_of(session, unknown.id)
    checked = DataFinding(
        code="C01",
        household=found,
        village=village,
        group="01",
        person="",
        sentence="没有联系电话",
        facts="0",
        kind=next(iter(CheckKind)),
        mends=Mender.VILLAGE,
        since=on(10),
    )
    export = NationalImport(
        file="导出.xlsx", title="监测对象信息", unread=[], came_on=on(10), by=OFFICE.label
    )
    tagged = KeyGroupHousehold(
        household=found, village=village, group="01", key_group="LEFT_BEHIND", since=on(10)
    )
    session.add_all([checked, export, tagged])
    session.flush()
    return Rows(
        village,
        township,
        found,
        number,
        name,
        finding.id,
        task.id,
        f"C-{number}",
        id=checked.id,
        one=export.id,
    )


@pytest.fixture
def own_and_foreign(sessions):
    with sessions.begin() as session:
        return (
            rows_of(session, "H1", "周新来", 901, SHIQIAO, HEWAN),
            rows_of(session, "H5", "吴外来", 902, YUNTAI, QINGLING),
        )


@pytest.fixture
def doors_of(client):
    """Of the features; the chassis' own know no row of a village."""
    chassis = {id(action) for policy in CHASSIS for action in policy.values()}
    return [
        door
        for door in doors(client("village").app.routes)
        if door.action and id(door.action) not in chassis and door.method != "HEAD"
    ]


def test_every_door_has_an_action(client, doors_of):
    every = doors(client("village").app.routes)
    assert [door.path for door in every if door.action is None] == ["/static"]
    assert len(doors_of) > 40


def test_nobody_reads_or_changes_what_is_not_his(
    sessions, client, clock, doors_of, own_and_foreign, judged
):
    """(post × own, neighbour's and foreign row × door), and what the tables say of every row."""
    clock.set(at(18))
    own, foreign = own_and_foreign
    wrong: list[str] = []
    for attempt in (*matrix(doors_of, OWN), *matrix(doors_of, OTHERS)):
        strange = attempt.actor in OTHERS
        if _goes_without_saying(attempt) or (strange and attempt.own):
            continue
        rows = own if attempt.own or strange else foreign
        before = _written(sessions)
        answer = _try(client("village", attempt.actor), attempt, rows)
        said = f"{attempt.actor.account} {attempt.door.method} {attempt.door.path} own={attempt.own}: {answer.status_code}"
        refused = (500,) if attempt.door.is_of_own_deeds(attempt.actor) else (403, 500)
        if _allowed(attempt) and answer.status_code in refused:
            wrong.append(said)
        if not _allowed(attempt):
            if answer.status_code not in (403, 404):
                wrong.append(said)
            if _written(sessions) != before:
                wrong.append(f"{said}, and something changed")
        if not _of_county(attempt.actor):
            names = ("周新来", "陈红梅") if strange and not _lies_in(attempt.actor) else ()
            names += () if strange else ("董秀敏", "吴外来")
            wrong += [f"{said} shows {name}" for name in names if name in answer.text]
    assert not wrong, "\n".join(wrong)
    with sessions() as session:
        found = list(disagreements(session, service.Table, judged))
    assert not found, "\n".join(map(str, found[:30]))
    elsewhere = {
        "closings (查看撤并)",  # the role's page; the rows are judged by close and reopen
        "date_group_report (补录收到日期)",  # with a receipt alone: test_g_10 below
    }
    assert set(unasked(tables(service_named("village")).values(), judged)) == elsewhere


def _try(browser, attempt: Attempt, rows: Rows):
    door = attempt.door
    path, bare = door.path.format(**vars(rows)), door.path.removeprefix("/village")
    if door.method == "GET":
        query = {"month": rows.month} if bare == "/api/findings" else {}
        if bare == "/findings/new":
            query = {"household": rows.household}
        if bare == "/search":
            query = {"q": "H5"}
        return browser.get(path, params=query)
    body = rows.body(bare)
    return browser.post(path, **({"json": body} if "/api/" in path else {"data": body}))


def _of_county(actor):
    return actor.scope.kind is ScopeKind.COUNTY and actor.role is not Role.ADMINISTRATOR


def _lies_in(actor):
    return actor.scope.kind is ScopeKind.VILLAGE and actor.place == SHIQIAO


def _goes_without_saying(attempt: Attempt) -> bool:
    """Nothing is foreign to the county's own people; who is not admitted was tried already."""
    admitted = attempt.actor.role in attempt.door.roles
    of_county = attempt.actor.scope.kind is ScopeKind.COUNTY
    return not attempt.own and (not admitted or of_county)


def _allowed(attempt: Attempt) -> bool:
    path, method = attempt.door.path.removeprefix("/village"), attempt.door.method
    if (path in LISTS and method == "GET") or path == "/checks":  # of his own place
        return attempt.actor.role in attempt.door.roles
    return attempt.allowed


def _written(sessions):
    tables = ("household", "finding", "village_list", "reporter_month", "outbox", "division")
    count = " + ".join(f"(SELECT coalesce(sum(hashtext(t::text)), 0) FROM {t} t)" for t in tables)
    with sessions() as session:
        return session.execute(text(f"SELECT {count}")).scalar_one()


def test_a_leader_sees_the_own_group_and_not_the_neighbours(client, sessions, register):
    leader = client("village", LEADER)
    assert leader.get(f"/village/households/{register['H1']}").status_code == 200
    for number in ("H3", "H4", "H5"):
        assert leader.get(f"/village/households/{register[number]}").status_code == 403
        assert leader.get(f"/village/api/households/{register[number]}").status_code == 403
        new = leader.get(f"/village/findings/new?household={register[number]}")
        assert new.status_code == 403
    assert {one["number"] for one in leader.get("/village/api/households").json()} == {"H1", "H2"}


@pytest.mark.parametrize("who_asks", OWN, ids=lambda one: one.account)
def test_g_03_no_post_takes_a_household_from_beyond_its_place(
    who_asks, client, sessions, register, session
):
    member = {"name": "董秀敏", "relationship": "户主"}
    moved = [{"number": "H5", "village": SHIQIAO, "group": "01", "members": [member]}]
    answer = client("village", who_asks).post("/village/api/households", json=moved)
    if who_asks.role is Role.COUNTY_CLERK:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 403
        assert register_queries.household(session, register["H5"]).village == YUNTAI


def test_g_02_a_place_that_does_not_fit_the_role_opens_nothing(client, sessions):
    for place in ("", COUNTY, HEWAN):
        clerk = client("village", who(Role.VILLAGE_CLERK, place))
        for path in ("households", f"months/{MONTH}", "api/households", "notices"):
            assert clerk.get(f"/village/{path}").status_code == 403, (place, path)


@pytest.mark.parametrize("by", ["number", "head"])
def test_g_03_a_township_moves_no_household_of_another_township(session, register, by):
    """The stored row is asked, found by its number or by its head's ID number."""
    if by == "head":
        newcomer = Newcomer(name="周新来", id_number=person("周新来", 77).id_number)
        stored = register_commands.enter_unregistered(session, YUNTAI, newcomer, on=on(2))
        session.flush()
        moved = household("", SHIQIAO, "01", "周新来", 77).model_copy(update={"number": None})
    else:
        stored = register_queries.household(session, register["H5"])
        moved = HOUSEHOLDS[4].model_copy(update={"village": SHIQIAO})
    with pytest.raises(Forbidden, match="管辖以外"):
        register_commands.register_households(session, [moved], actor=TOWNSHIP_CLERK, on=on(2))
    session.refresh(stored)
    assert stored.village == YUNTAI
    register_commands.register_households(session, [moved], actor=OFFICE, on=on(2))
    session.refresh(stored)
    assert stored.village == SHIQIAO  # the county may move it


def test_g_03_nor_through_its_own_door(client, sessions, register, session):
    member = {"name": "董秀敏", "relationship": "户主"}
    moved = [{"number": "H5", "village": SHIQIAO, "group": "01", "members": [member]}]
    answer = client("village", TOWNSHIP_CLERK).post("/village/api/households", json=moved)
    assert (answer.status_code, "H5" in answer.json()["detail"]) == (403, True)
    assert register_queries.household(session, register["H5"]).village == YUNTAI


PAPER = Receipt(on=on(16), entered_on=on(24), reason="纸质表9月16日收到")


def test_g_10_a_village_does_not_date_its_own_list(session, client, clock):
    def submit(actor):
        return lists_commands.submit_list(
            session,
            SHIQIAO,
            MONTH,
            nil=True,
            actor=actor,
            on=on(24),
            receipt=PAPER,
            silent_reason=ASKED,
        )

    with pytest.raises(Forbidden, match="补录"):
        submit(CLERK)
    clock.set(at(24))
    paper = {"received_on": "2026-09-16", "reason": "纸质表9月16日收到"}
    body = {"village": SHIQIAO, "month": MONTH, "nil": True} | paper
    clerk = client("village", CLERK)
    assert clerk.post("/village/api/lists", json=body).status_code == 403
    assert clerk.post("/village/lists", data=body).status_code == 403
    assert submit(TOWNSHIP_CLERK).late is False


def test_g_10_who_received_a_groups_report_dates_it_and_its_leader_does_not(session):
    def report(actor, group="01"):
        return screening_commands.report_group(
            session, SHIQIAO, group, MONTH, nil=True, actor=actor, on=on(24), receipt=PAPER
        )

    with pytest.raises(Forbidden, match="补录"):
        report(LEADER)
    for actor, group in ((CLERK, "01"), (TOWNSHIP_CLERK, "02"), (OFFICE, "03")):
        row = report(actor, group)
        assert (row.received_on, row.entered_on, row.timeliness) == (on(16), on(24), "on_time")
