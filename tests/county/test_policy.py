"""Who gets in where: every door of cases, verification, meeting and bulletin, with a row of one's own
and with somebody else's; the holes that trials showed (docs/domain/trials.md).
"""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, select

from kit.actor import Actor
from kit.policy.walk import Attempt, doors, matrix
from rulebook import scopes
from schemas.codes import GapItem, RiskCause, Role, Stratum, Tier
from services.county import service
from services.county.agenda import commands as agenda_commands
from services.county.agenda.forms import LineForm
from services.county.agenda.policy import policy as of_agenda
from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin.models import BulletinName, NamedFor, NameKind
from services.county.bulletin.policy import policy as of_bulletin
from services.county.cases.models import Case, NeedRow, Source, Verification
from services.county.cases.policy import policy as of_cases
from services.county.ledger.models import MonitoredHousehold
from services.county.meetings.models import AgendaItem, Decision, DecisionKind, Meeting
from services.county.meetings.policy import policy as of_meetings
from services.county.minutes.policy import policy as of_minutes
from services.county.missed_discoveries.models import AccusedTier, Candidate, FoundBy
from services.county.missed_discoveries.rules import StatementKind
from services.county.register.models import Assignment
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.tasks.policy import policy as of_tasks
from services.county.verification.policy import policy as of_verification
from tests.conftest import at
from tests.county.personas import (
    COUNTY,
    MONTH,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    agreed,
    body,
    day,
    signed,
    submitted,
)
from tests.county.test_intake import the_case
from tests.helpers import posts
from tests.helpers.acquainted import acquainted

CLERK = Actor("clerk", "林经办", Role.COUNTY_CLERK, COUNTY)
TABLES = (of_agenda, of_bulletin, of_cases, of_meetings, of_minutes, of_tasks, of_verification)
# One's own, a neighbour's and a foreign place; the county's own people have no other.
PLACES = {role: posts.PLACES[kind] for role, kind in scopes.KIND_OF.items()}
KIND_OF = {
    Role.GROUP_LEADER: NameKind.GROUP,
    Role.TOWNSHIP_CLERK: NameKind.TOWNSHIP,
    Role.TOWNSHIP_HEAD: NameKind.TOWNSHIP,
    Role.UNIT_CLERK: NameKind.UNIT,
    Role.UNIT_HEAD: NameKind.UNIT,
    Role.SUPERVISOR: NameKind.TEAM,
    Role.DEPARTMENT_CLERK: NameKind.DEPARTMENT,
    Role.DEPARTMENT_HEAD: NameKind.DEPARTMENT,
}
CODES = {
    NameKind.GROUP: f"{VILLAGE}/01",
    NameKind.VILLAGE: VILLAGE,
    NameKind.TOWNSHIP: TOWNSHIP,
    NameKind.UNIT: "U001",
    NameKind.TEAM: "D1",
    NameKind.DEPARTMENT: "housing",
}


def cases_elsewhere(pack: str) -> Iterator[SQLModel]:
    """One of a neighbour's village, of his unit and team, and a foreign one's: no row of the first."""
    kinds = (scopes.ScopeKind.VILLAGE, scopes.ScopeKind.UNIT, scopes.ScopeKind.TEAM)
    for n, (village, unit, team) in enumerate(
        zip(*(posts.PLACES[kind][1:] for kind in kinds), strict=True)
    ):
        household, township = f"elsewhere-{n}", f"{village[:9]}000"
        about = {"month": MONTH, "household": household, "village": village}
        yield Assignment(household=household, unit=unit, helper=f"{unit}-01")
        yield Case(
            id=f"case-{n}",
            number=f"XS-{n}",
            township=township,
            opened_on=day(28),
            pack=pack,
            verify_due=day(30),
            **about,
        )
        for tier, reporter in ((Tier.VILLAGE, village), (Tier.UNIT, unit), (Tier.COUNTY, team)):
            yield Source(
                finding=f"{tier.value}-{n}",
                case=f"case-{n}",
                tier=tier,
                reporter=reporter,
                causes=[RiskCause.ILLNESS],
                found_on=day(20),
                received_on=day(24),
                head_name=f"外户{n}",
                **about,
            )
        yield Candidate(
            accused_tier=AccusedTier.VILLAGE,
            accused=village,
            statement=StatementKind.VILLAGE_NIL,
            said_on=day(20),
            found_by=FoundBy.COUNTY,
            finding=f"{Tier.COUNTY.value}-{n}",
            finder=team,
            raised_on=day(28),
            hearing_due=day(30),
            pack=pack,
            **about,
        )
        yield MonitoredHousehold(
            key=f"elsewhere-{n}",
            head_name=f"外户{n}",
            household=household,
            village=village,
            category=Stratum.MARGINAL,
            persons=3,
            identified_on=day(1),
        )
        part = {"case": f"case-{n}", "on": day(30)}
        yield Verification(**part, visitors="某", met="本人")
        yield NeedRow(**part, gap_item=GapItem.OTHER, question="报销", person_name="试用丙")


@pytest.fixture
def rows(county, clock) -> dict[str, str]:
    """A case, a meeting and a bulletin that concern the first place of each role; their ids."""
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    case = the_case(county)
    meeting = county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=day(30))
    line = county.do(
        agenda_commands.add_line,
        meeting.id,
        LineForm(title="危房", department="housing"),
        actor=CLERK,
    )
    county.do(agenda_commands.notice_meeting, meeting.id, actor=CLERK, on=day(30))
    county.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=day(8, 10))
    clock.set(at(2026, 10, 8))
    with county.sessions.begin() as session:
        session.get_one(Meeting, meeting.id).told = ["housing"]  # so that another was not told
        session.add(
            Source(
                finding="of-team",
                case=case.id,
                tier=Tier.COUNTY,
                reporter="D1",
                month=MONTH,
                household=case.household,
                village=VILLAGE,
                causes=[RiskCause.ILLNESS],
                found_on=day(20),
                received_on=day(24),
                head_name="户主1",
                id_number=county.id_number(1),
                phone="16000000001",
                note="本人不愿声张",
            )
        )
        decision = Decision(
            meeting=meeting.id,
            line=line.id,
            kind=DecisionKind.POLICY,
            text="完善政策",
            department="housing",
            decided_on=day(30),
            minuted_by="",
        )
        session.add(decision)
        for name in session.exec(select(BulletinName)):
            session.delete(name)
        session.flush()
        names = {
            kind: BulletinName(
                month=MONTH,
                kind=kind,
                code=code,
                parent=VILLAGE if kind is NameKind.GROUP else None,
                label=code,
                timeliness=NamedFor.LATE,
            )
            for kind, code in CODES.items()
        }
        session.add_all(names.values())
        session.add(ReporterMonth(month=MONTH, kind=ReporterKind.TEAM, code="D1"))
        for row in cases_elsewhere(case.pack):
            session.add(row)
            session.flush()
        return {
            "case_id": case.id,
            "finding": "of-team",
            "meeting_id": meeting.id,
            "letter": "notice",
            "line_id": line.id,
            "decision_id": decision.id,
            "month": MONTH,
            **{f"name/{kind}": name.id for kind, name in names.items()},
        }


def tries(client: TestClient) -> Iterator[Attempt]:
    ours = {id(action) for table in TABLES for action in table.values()}
    found = [one for one in doors(client.app.routes) if id(one.action) in ours]
    actors = [Actor(f"{role}-own", "某", role, places[0]) for role, places in PLACES.items()]
    return matrix(found, actors)


def test_every_door_lets_in_whom_the_table_names(county, client, keyring, rows, judged):
    """(role × own and neighbour's row × door): refused is 403 or 404, whatever is sent; a page that
    is allowed opens. And what the tables say of every row there is.
    """
    wrong, browser = [], client("county")
    for one in tries(browser):
        role, about_a_row = one.actor.role, "{" in one.door.path
        places = PLACES[role][:1] if one.own else PLACES[role][1:]
        if not one.own and not (about_a_row and role in one.door.roles):
            continue  # a list is empty then
        named = KIND_OF.get(role, NameKind.VILLAGE)
        path = one.door.path.format_map(rows | {"name_id": rows[f"name/{named}"]})
        code = CODES[named] if named is not NameKind.DEPARTMENT else VILLAGE
        for place in places:
            browser.headers.update(acquainted(browser.app).headers(Actor("a", "某", role, place)))
            if not one.allowed:
                answer = browser.request(one.door.method, path, **sent(one, named, code))
                if answer.status_code not in (403, 404):
                    wrong.append((one.door.method, path, role, place, answer.status_code))
            elif one.door.method == "GET" and one.own:
                answer = browser.get(path, **sent(one, named, code))
                # A draft is not everybody's yet; an office names the department of a notice.
                drafted = one.door.name in ("bulletin", "bulletin_document")
                fine = (200, 303, 403) if drafted else (200, 303, 409)
                if answer.status_code not in fine:
                    wrong.append((one.door.method, path, role, place, answer.status_code))
    assert wrong == []
    with county.sessions() as session:
        found = list(posts.disagreements(session, service.Table, judged))
    assert not found, "\n".join(map(str, found[:30]))
    looked_at = {one.name for one in doors(browser.app.routes) if one.method == "GET"}
    left = {one.partition(" ")[0] for one in posts.unasked(TABLES, judged)}
    # What only a command does is asked by the command, of the row: tests/backstop/test_permissions.py.
    assert left & looked_at == set()


def sent(one: Attempt, named: NameKind, code: str) -> dict:
    if one.door.name == "event_behind":
        return {"params": {"kind": named if named in CODES else "VILLAGE", "code": code}}
    if one.door.name == "unmask_case":
        return {"data": {"purpose": "IDENTIFY"}}
    if one.door.name not in ("explain", "explain_item", "report_decision"):
        return {}
    form = {"text": "说明"}
    return {"json": form} if "/api/" in one.door.path else {"data": form}


def test_g_05_a_case_shows_nobody_more_than_he_needs(county, client, rows):
    """ID number, telephone, what matches households and confidential notes."""

    def shown(role: Role) -> dict:
        who = client("county", Actor("a", "某", role, PLACES[role][0]))
        return body(who.get(f"/county/api/cases/{rows['case_id']}"))

    for role in (Role.TOWNSHIP_HEAD, Role.HELPER, Role.UNIT_CLERK):
        case = shown(role)
        for hidden in ("'id_hash'", "'id_number':", "'phone'", county.id_number(1), "16000000001"):
            assert hidden not in str(case), (role, hidden)
    for role in (Role.HELPER, Role.UNIT_HEAD):
        assert all("note" not in one for one in shown(role)["sources"])
        assert "recheck_note" not in shown(role)
    (own,) = [one for one in shown(Role.SUPERVISOR)["sources"] if one["reporter"] == "D1"]
    assert own["note"] == "本人不愿声张"
    assert all(
        "note" not in one for one in shown(Role.SUPERVISOR)["sources"] if one["reporter"] != "D1"
    )
    of_others = [one for one in shown(Role.VILLAGE_CLERK)["sources"] if one["reporter"] == "D1"]
    assert [("phone" in one, "id_number" in one) for one in of_others] == [(False, False)]
    office = shown(Role.COUNTY_CLERK)
    assert "'id_hash'" not in str(office)
    assert county.id_number(1) in str(office)
    page = client("county", Actor("h", "某", Role.HELPER, "U001-01"))
    assert "本人不愿声张" not in page.get(f"/county/cases/{rows['case_id']}").text


def test_g_05_what_the_office_saw_at_home_is_for_those_who_deal_with_it(county, client, rows):
    with county.sessions.begin() as session:
        part = {"case": rows["case_id"], "on": day(30)}
        session.add(
            Verification(**part, visitors="某", met="本人", medical="慢病用药", note="家人不和")
        )
        session.add(NeedRow(**part, gap_item=GapItem.OTHER, question="报销", person_name="试用乙"))
    for role in PLACES:
        who = client("county", Actor("a", "某", role, PLACES[role][0]))
        if who.get(f"/county/api/cases/{rows['case_id']}").status_code == 403:
            continue
        case = body(who.get(f"/county/api/cases/{rows['case_id']}"))
        page = who.get(f"/county/cases/{rows['case_id']}").text
        whole = role not in (
            *(Role.HELPER, Role.UNIT_CLERK, Role.UNIT_HEAD),
            *(Role.SUPERVISOR, Role.LEADING_GROUP),
        )
        for words in ("家人不和", "慢病用药", "试用乙"):
            assert (words in str(case)) == whole, (role, words)
        assert ("家人不和" in page) == whole, role
        assert case["visits"][0]["visitors"] == "某"


def test_a_unit_with_a_teams_code_reads_none_of_the_teams_words(county, client, rows):
    """Units and teams are coded apart: D1 may be both."""
    with county.sessions.begin() as session:
        case = session.get_one(Case, rows["case_id"])
        session.merge(Assignment(household=case.household, unit="D1", helper="D1-01"))
    unit = client("county", Actor("a", "某", Role.UNIT_CLERK, "D1"))
    sources = body(unit.get(f"/county/api/cases/{rows['case_id']}"))["sources"]
    assert "D1" in {one["reporter"] for one in sources}
    assert not any({"note", "phone", "id_number"} & one.keys() for one in sources)


def test_g_05_a_line_of_the_agenda_is_shown_to_whom_it_concerns(county, client, rows):
    for role, place in (
        (Role.DEPARTMENT_CLERK, "water"),
        (Role.DEPARTMENT_CLERK, "housing"),
        (Role.HELPER, "U001-01"),
        (Role.ADMINISTRATOR, COUNTY),
    ):
        who = client("county", Actor("a", "某", role, place))
        assert who.post(f"/county/api/lines/{rows['line_id']}", json={}).status_code == 403
    office = client("county", CLERK)
    assert body(office.post(f"/county/api/lines/{rows['line_id']}", json={}))["title"] == "危房"
    own = client("county", Actor("a", "某", Role.DEPARTMENT_CLERK, "housing"))
    (line,) = body(own.get(f"/county/api/meetings/{rows['meeting_id']}"))["lines"]
    assert not {"household", "origin", "edited_by"} & line.keys()


def test_g_05_a_reporters_month_is_shown_to_itself_and_those_above(county, client, rows):
    def status(role: Role, place: str, kind: str, code: str) -> int:
        who = client("county", Actor("a", "某", role, place))
        path = f"/county/bulletins/{MONTH}/event"
        return who.get(path, params={"kind": kind, "code": code}).status_code

    assert status(Role.TOWNSHIP_HEAD, TOWNSHIP, "VILLAGE", VILLAGE) == 200
    assert status(Role.VILLAGE_CLERK, VILLAGE, "GROUP", f"{VILLAGE}/01") == 200
    assert status(Role.GROUP_LEADER, f"{VILLAGE}/01", "GROUP", f"{VILLAGE}/01") == 200
    assert status(Role.VILLAGE_CLERK, VILLAGE, "VILLAGE", OTHER_VILLAGE) == 403
    assert status(Role.VILLAGE_CLERK, VILLAGE, "UNIT", "U001") == 403
    assert status(Role.UNIT_CLERK, "U002", "UNIT", "U001") == 403
    assert status(Role.DEPARTMENT_CLERK, "housing", "VILLAGE", VILLAGE) == 403
    assert status(Role.SUPERVISOR, "D1", "TEAM", "D1") == 200
    assert status(Role.UNIT_CLERK, "D1", "TEAM", "D1") == 403, "units and teams are coded apart"


def test_a_foreign_case_is_nobodys(county, rows):
    """What the list filters by and what the door asks are the same."""
    with county.sessions() as session:
        case = session.get(Case, rows["case_id"])
        line = session.get(AgendaItem, rows["line_id"])
        for role, (_, *others) in PLACES.items():
            for foreign in others:
                who = Actor("a", "", role, foreign)
                assert not of_cases.may(who, "case", case), role
                assert not of_meetings.may(who, "agenda_item", line), role
