"""The demo played over the real engines, each service with its own principal: table, agenda and
bulletin hold the facts.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from docx import Document
from openpyxl import load_workbook
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy import text
from sqlmodel import col, select

from backstop.accounts import DemoAccounts
from backstop.demo import play as demo
from backstop.demo import summary
from backstop.demo.driver import Driver
from backstop.demo.scenario import Scenario
from backstop.service_process import login_of
from backstop.worklist import worklist
from kit.actor import Actor
from kit.ids import new_id
from kit.messaging import dead_letters
from kit.tasks import Task
from rulebook import cells
from rulebook.months import month_of
from schemas.codes import Role, Stratum, Timeliness
from services.access.accounts.models import DEMO, Account
from tests.flow.conftest import driver_on
from tests.flow.monkey import Monkey
from tests.helpers.leaks import Heard, Known, listening
from tests.helpers.records import everything


@dataclass(frozen=True)
class Played:
    scenario: Scenario
    found: summary.Outcome
    ids: dict[str, str]  # role in the story -> household
    ledger: dict[str, dict]
    files: dict[str, bytes]
    table: list[tuple[str, str]]
    dead: int
    august: dict
    october: dict[str, dict]  # service -> its month
    last_day: date
    leader: str  # a group leader's page on the day on which the pages open
    monkey: Monkey
    tasks: dict[str, list[Task]]  # role -> what stands on the front page
    shut: list[str]  # tasks whose page does not open for whom they are meant
    chosen: dict[str, tuple[int, bool]]  # account -> his first page, and whether it is marked
    unmarked: list[str]
    issued: dict  # October's bulletin, issued by whoever opened the pages
    heard: Heard  # what left the services beside their answers

    def case(self, who: str) -> dict:
        return next(case for case in self.found.cases if case["household"] == self.ids[who])

    def file(self, who: str) -> dict:
        return next(file for file in self.found.files if file["household"] == self.ids[who])

    def orders(self, who: str) -> dict[str, dict]:
        return {
            order["gap_item"]: order
            for order in self.found.orders
            if order["household"] == self.ids[who]
        }


async def november(driver: Driver, scenario: Scenario) -> str:
    await demo.morning(scenario)
    leader = people_of(scenario)[0]
    return (await driver.fetch(leader, "/village/")).decode()


async def front_pages(
    driver: Driver, scenario: Scenario
) -> tuple[dict[str, list[Task]], list[str]]:
    """Everybody's open tasks, and those whose page does not open for him."""
    tasks: dict[str, list[Task]] = {}
    shut = []
    for who in scenario.personas.accounts().values():
        found = await worklist(driver.application, await driver.signs(who), patience=60)
        tasks[who.role] = found.tasks
        shut += found.silent
        for task in found.tasks[:10]:
            answer = await driver.client.get(
                task.href, auth=await driver.signs(who), follow_redirects=True
            )
            shut += [] if answer.is_success else [f"{who.role} {task.href} {answer.status_code}"]
    return tasks, shut


async def chosen(driver: Driver, scenario: Scenario) -> dict[str, tuple[int, bool]]:
    """Everybody of the demo's sign-in page, chosen there: the status of his first page, and whether it
    names him and says that all is invented.
    """
    accounts = scenario.personas.accounts()
    DemoAccounts(driver.application.installation.home).keep(accounts)
    found = {}
    for who in accounts.values():
        transport = httpx.ASGITransport(app=driver.portal)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://backstop", follow_redirects=True, timeout=60
        ) as browser:
            answer = await browser.post("/demo/sign-in", data={"account": who.account})
            marked = "演示县" in answer.text and who.name in answer.text
            found[who.account] = answer.status_code, marked
    return found


def unmarked(driver: Driver) -> list[str]:
    """Accounts that could stand in an installation."""
    with driver.application.runtimes["access"].sessions() as session:
        rows = session.exec(select(Account.code).where(col(Account.came_from) != DEMO))
        return list(rows)


async def newcomer(driver: Driver, scenario: Scenario) -> dict:
    """Who opens the pages decides what is open in October's bulletin by the page's own buttons, and
    issues it: some are named, one is not.
    """
    month = "2026-10"
    drafted = await driver.get(scenario.personas.clerk, f"/county/api/bulletins/{month}")
    for number, name in enumerate(drafted["names"]):
        who = scenario.personas.leader if name["kind"] == "OFFICE" else scenario.personas.clerk
        page = (await driver.fetch(who, f"/county/bulletins/{month}")).decode()
        assert f'"/county/names/{name["id"]}/approval"' in page
        body = {"accept_explanation": number == 0 and name["kind"] != "OFFICE"}
        await driver.post(who, f"/county/api/names/{name['id']}/approval", body)
    await driver.post(scenario.personas.leader, f"/county/api/bulletins/{month}/issue", {})
    return await driver.get(scenario.personas.clerk, f"/county/api/bulletins/{month}")


def people_of(scenario: Scenario) -> list[Actor]:
    """One of each role that has most to press."""
    accounts = {actor.role: actor for actor in reversed(scenario.personas.accounts().values())}
    return [
        accounts[role]
        for role in (
            Role.GROUP_LEADER,
            Role.VILLAGE_CLERK,
            Role.TOWNSHIP_HEAD,
            Role.HELPER,
            Role.UNIT_CLERK,
            Role.SUPERVISOR,
            Role.COUNTY_CLERK,
            Role.DEPARTMENT_CLERK,
        )
    ]


@pytest.fixture(scope="module")
def played(engines, tmp_path_factory) -> Played:
    async def run() -> Played:
        home, out = tmp_path_factory.mktemp("demo"), tmp_path_factory.mktemp("out")
        async with driver_on(engines, home, demo.BEFORE, demo=True) as driver:
            driver.client.event_hooks["response"].append(heard.answered)
            driver.client.event_hooks["request"].append(_keyed)
            scenario = await demo.play(driver, quiet=True)
            await demo.tell(scenario, out)
            found = await summary.outcome(scenario)
            clerk = scenario.personas.clerk
            people = (
                "urgent",
                "three",
                "missed",
                "struck",
                "disaster",
                "jobless",
                "thirsty",
                "dropout",
                "fields",
                "unsafe",
            )
            dead = 0
            for runtime in driver.application.runtimes.values():
                with runtime.sessions.begin() as session:
                    dead += len(dead_letters.waiting(session))
            return await _seen_from_outside(
                driver,
                home,
                out,
                Played(
                    scenario,
                    found,
                    ids={who: await scenario.id_of(getattr(scenario, who)) for who in people},
                    ledger={
                        status: await driver.get(clerk, "/county/api/ledger", status=status)
                        for status in ("monitored", "eliminated", "verified")
                    },
                    files={path.name: path.read_bytes() for path in (out / "2026-09").iterdir()},
                    table=summary.table(scenario, found),
                    dead=dead,
                    august=await driver.get(clerk, "/county/api/bulletins/2026-08"),
                    october={
                        service: await driver.get(clerk, f"/{service}/api/months/2026-10")
                        for service in ("village", "unit")
                    },
                    last_day=driver.today,
                    leader=await november(driver, scenario),
                    **dict(
                        zip(("tasks", "shut"), await front_pages(driver, scenario), strict=True)
                    ),
                    chosen=await chosen(driver, scenario),
                    unmarked=unmarked(driver),
                    issued=await newcomer(driver, scenario),
                    monkey=await Monkey(driver, look=heard.answered).play(people_of(scenario)),
                    heard=heard,
                ),
            )

    heard = Heard()
    stop = listening(heard)
    try:
        return asyncio.run(run())
    finally:
        stop()


async def _keyed(request: httpx.Request) -> None:
    """As a program of another system may: each act's answer is kept for a day."""
    if request.method == "POST" and "/api/" in request.url.path:
        request.headers["idempotency-key"] = new_id()


async def _seen_from_outside(driver: Driver, home: Path, out: Path, played: Played) -> Played:
    """What lies on the topics, in metrics, in names of files and in kept answers when all is over."""
    heard, application = played.heard, driver.application
    login = login_of(application.installation.engines.kafka)
    for record in await everything(login, lambda topic: topic.startswith(application.prefix)):
        parts = [record.key, record.value, *(value for _, value in record.headers)]
        heard.add(f"topic {record.topic.removeprefix(application.prefix)}", *map(_text, parts))
    heard.add("metrics", generate_latest(REGISTRY).decode())
    for folder in (home, out):
        heard.add("file name", *(str(path.relative_to(folder)) for path in folder.rglob("*")))
    for runtime in application.runtimes.values():
        with runtime.sessions.begin() as session:
            for row in session.execute(text("SELECT headers, body FROM idempotency")):
                heard.add("kept answer", json.dumps(row.headers), _text(row.body))
    return played


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode(errors="replace")


pytestmark = pytest.mark.timeout(900)


def test_nothing_was_laid_aside(played):
    assert played.dead == 0


def test_the_register_reproduces_the_published_figures(played):
    totals = played.august["figures"]["totals"]
    assert totals["all"]["cumulative"] == {"households": 3879, "persons": 14293}
    assert totals["all"]["eliminated"] == {"households": 2600, "persons": 9704}
    assert totals["all"]["new_in_year"] == {"households": 80, "persons": 336}
    by = {one["category"]: one["cumulative"] for one in totals["categories"]}
    assert by == {
        "UNSTABLE_EX_POOR": {"households": 1470, "persons": 5528},
        "MARGINAL": {"households": 2181, "persons": 7807},
        "SUDDEN_HARDSHIP": {"households": 228, "persons": 958},
    }
    assert "67.89" in json.dumps(totals["all"]["rate_by_persons"])
    assert played.ledger["monitored"]["total"] == 1279 + 3  # identified since August
    assert played.ledger["eliminated"]["total"] == 2600


def test_f_03_a_verified_case_is_not_yet_identified_unless_its_household_is_monitored(played):
    verified = played.ledger["verified"]["rows"]
    assert len(verified) == 4  # of nine; five households stand in their own rows
    assert all(not row.get("identified_on") and not row.get("category") for row in verified)


def test_f_03_ledger_and_bulletin_agree_household_by_household(played: Played):
    """In each month, by category, households and persons; and the new ones are casework's."""
    ledger = [row for row in _ledger(played.files["监测台账.xlsx"]) if row["识别时间"]]
    assert len({row["户编号或线索编号"] for row in ledger}) == len(ledger)
    months = (played.found.bulletin, ("fields", "urgent")), (played.issued, ("disaster",))
    for bulletin, new in months:
        totals = bulletin["figures"]["totals"]
        until = date.fromisoformat(totals["as_of"])
        stood = [row for row in ledger if row["识别时间"] <= until]
        came = [row for row in stood if month_of(row["识别时间"]) == bulletin["month"]]
        for figure in (totals["all"], *totals["categories"]):
            of_it = partial(_of_category, figure.get("label"))
            assert figure["cumulative"] == _counted(of_it(stood))
            assert figure["new_in_month"] == _counted(of_it(came))
            gone = [
                row for row in of_it(stood) if row["风险消除时间"] and row["风险消除时间"] <= until
            ]
            assert figure["eliminated"]["households"] == len(gone)
        assert len(came) == len(new)
        for who in new:
            household = getattr(played.scenario, who)
            (mine,) = [one for one in played.found.monitored if one["household"] == played.ids[who]]
            (row,) = [one for one in came if one["户编号或线索编号"] == household.number]
            assert row["家庭人口"] == len(household.members)
            assert row["监测对象类别"] == Stratum(mine["category"]).label
            assert row["识别时间"].isoformat() == mine["identified_on"]


def _ledger(sheet: bytes) -> list[dict]:
    """The workbook's rows by title, days as days."""
    lines = list(load_workbook(BytesIO(sheet)).active.iter_rows(values_only=True))
    start = next(number for number, line in enumerate(lines) if "第一责任人" in line)
    rows = [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]
    for row in rows:
        for title in ("识别时间", "风险消除时间"):
            row[title] = cells.day(row[title], "2026-10") if row[title] else None
    return [row for row in rows if row["村"]]


def _of_category(label: str | None, rows: list[dict]) -> list[dict]:
    return [row for row in rows if label in (None, row["监测对象类别"])]


def _counted(rows: list[dict]) -> dict[str, int]:
    return {"households": len(rows), "persons": sum(row["家庭人口"] for row in rows)}


def test_an_on_time_a_late_a_nil_and_a_missing_village(played):
    found, names = played.found, played.scenario.personas.county.villages
    assert [names[code] for code in found.villages(Timeliness.LATE)] == ["上坝村"]
    assert [names[code] for code in found.villages(Timeliness.MISSING)] == ["白水村"]
    assert len(found.villages(Timeliness.ON_TIME)) == 46
    states = {names[one["code"]]: one for one in found.month["villages"]}
    assert states["东沟村"]["content"] == "nil"
    assert states["石桥村"]["content"] == "findings"


def test_the_sign_off_names_the_missing_village(played):
    tiers = played.found.bulletin["figures"]["tiers"]["townships"]
    assert next(one for one in tiers if one["name"] == "河湾镇")["named_missing"] == 1


def test_an_urgent_finding_went_ahead_of_every_list(played):
    order = played.orders("urgent")["LIVING_COST"]
    assert order["first_issued_on"] == "2026-09-03"
    assert order["urgent"]
    assert (
        len([case for case in played.found.cases if case["household"] == played.ids["urgent"]]) == 1
    )
    found = [one for one in played.found.findings if one["household"] == played.ids["urgent"]]
    assert any(one["already_reported"] for one in found)


def test_one_household_three_tiers_three_causes_two_orders(played):
    case = played.case("three")
    assert {source["tier"] for source in case["sources"]} == {"VILLAGE", "UNIT", "COUNTY"}
    assert {source["causes"][0] for source in case["sources"]} == {
        "EDUCATION",
        "ILLNESS",
        "NATURAL_DISASTER",
    }
    orders = played.orders("three")
    assert {gap: order["state"] for gap, order in orders.items()} == {
        "MEDICAL_COST": "closed",
        "SCHOOL_COST": "closed",
    }
    assert case["help_complete_on"] == "2026-10-15"  # complete when both are closed (GT-27)


def test_a_candidate_was_heard_and_confirmed_by_a_person(played):
    mine = [one for one in played.found.candidates if one["household"] == played.ids["missed"]]
    assert [(one["accused"], one["state"]) for one in mine] == [
        (played.scenario.missed.village, "confirmed")
    ]
    assert mine[0]["explanation"]


def test_a_finding_was_struck_out_and_stays_visible(played):
    found = next(one for one in played.found.findings if one["household"] == played.ids["struck"])
    assert "子女在本村居住" in found["struck_out"]
    assert all(case["household"] != played.ids["struck"] for case in played.found.cases)


def test_orders_carried_over_one_of_them_overdue(played):
    dropout = played.orders("dropout")["DROPOUT"]
    assert dropout["first_issued_on"] == "2026-08-05"
    assert dropout["report_due"] == "2026-08-26"
    fell = [
        (event["clock"], event["due"])
        for event in dropout["history"]
        if event["deed"] == "fall_overdue"
    ]
    assert ("report", "2026-08-26") in fell
    assert dropout["report_late"]
    fields = played.orders("fields")["INDUSTRY"]
    assert (fields["first_issued_on"], fields["solved_on"], fields["state"]) == (
        "2026-08-31",
        "2026-09-10",
        "closed",
    )
    assert fields["solved_on"] <= fields["solve_due"]


def test_one_return_is_reissued_elsewhere_and_one_is_refused(played):
    moved, kept = played.orders("disaster")["HOUSING_UNSAFE"], played.orders("jobless")["JOB"]
    assert (moved["department"], moved["attempt"], moved["returns"]) == ("natural-resources", 2, 1)
    assert moved["report_due"] > moved["original_report_due"]
    assert (kept["department"], kept["attempt"], kept["returns"]) == ("human-resources", 1, 1)
    assert kept["report_due"] == kept["original_report_due"]
    assert kept["state"] == "accepted"


def test_one_is_under_way_and_the_housing_department_answers_over_kafka(played):
    assert played.orders("thirsty")["WATER_UNSAFE"]["state"] == "under_way"
    order = played.orders("unsafe")["HOUSING_UNSAFE"]
    assert (order["department"], order["state"], order["result"]) == (
        "housing",
        "under_way",
        "planned",
    )
    said = "".join(played.scenario.said)
    assert "we answered: accepted" in said
    assert "we answered: planned" in said
    assert not any(
        member.name in said for member in played.scenario.unsafe.members
    )  # no name printed


def test_the_agenda_begins_with_last_meetings_decisions_and_holds_the_overdue_order(played):
    meeting, dropout = played.found.meeting, played.orders("dropout")["DROPOUT"]
    assert meeting["on"] == "2026-10-12"
    assert meeting["lines"][0]["kind"] == "decision"
    overdue = {order for line in played.found.overdue_on_agenda for order in line["orders"]}
    assert dropout["id"] in overdue
    text = "\n".join(_texts(played.files["会议议程.docx"]))
    assert dropout["number"] in text
    assert not any(member.name in text for member in played.scenario.dropout.members)


def test_the_meeting_hears_of_a_household_that_somebody_objected_to(played):
    """As the agenda went out with the notice: the objection of the 3rd had no answer yet."""
    meeting = played.found.meeting
    (line,) = [one for one in meeting["lines"] if one["household"] == played.ids["jobless"]]
    assert line["kind"] == "contested"
    assert line["title"].endswith("：公示异议还没有答复")
    assert "应在2026年10月14日前办结" in line["text"]
    assert line["title"] in "\n".join(_texts(played.files["会议议程.docx"]))


def test_the_bulletin_is_frozen_explained_approved_and_issued(played):
    bulletin, names = played.found.bulletin, played.scenario.personas.county.villages
    assert bulletin["drafted_on"] == "2026-10-08"
    assert bulletin["issued_on"] == "2026-10-12"
    assert len(bulletin["sha256"]) == 64
    villages = next(
        one for one in bulletin["figures"]["tiers"]["summary"] if one["kind"] == "VILLAGE"
    )
    assert (villages["expected"], villages["on_time"], villages["late"], villages["missing"]) == (
        48,
        46,
        1,
        1,
    )
    by = {names.get(name["code"], name["code"]): name["state"] for name in bulletin["names"]}
    assert by["上坝村"] != "approved"  # its explanation was accepted
    assert by["白水村"] == "approved"
    explained = [name for name in bulletin["names"] if name["explanation"]]
    assert [name["code"] for name in explained] == [played.scenario.thirsty.village]


def test_the_bulletin_names_no_household(played):
    people = {
        member.name
        for household in played.scenario.personas.county.households[-192:]
        for member in household.members
    }
    people |= {getattr(played.scenario, who).head.name for who in played.ids}
    officials = {name for _, name in played.scenario.personas.county.heads.values()}
    officials |= {name for name, _ in played.scenario.personas.county.leaders.values()}
    officials |= {name for name, _ in played.scenario.personas.county.officers.values()}
    officials |= {name for _, _, name, _ in played.scenario.personas.county.others}
    text = "\n".join(_texts(played.files["月通报.docx"]))
    rate = played.found.bulletin["figures"]["totals"]["all"]["rate_by_persons"]
    assert rate["part"] == 9704  # of the published 14,293, and whoever came since
    assert rate["percent"] in text
    assert not [name for name in people - officials if len(name) == 3 and name in text]


def test_octobers_reporters_report_in_time(played):
    assert played.last_day.isoformat() == "2026-10-31"
    reporters = [*played.october["village"]["villages"], *played.october["unit"]["units"]]
    assert len(reporters) > 48
    assert {one["timeliness"] for one in reporters} == {"on_time"}
    assert {one["content"] for one in reporters} <= {"nil", "findings"}


def test_the_table_and_the_files_are_there(played):
    assert {"会议议程.docx", "会议纪要.docx", "月通报.docx", "月通报.xlsx", "监测台账.xlsx"} <= set(
        played.files
    )
    assert load_workbook(BytesIO(played.files["监测台账.xlsx"])).active.max_row > 3879
    assert all(result for _, result in played.table)


def test_n_18_everybody_who_answers_is_named_on_ledger_and_bulletin(played):
    county = played.scenario.personas.county
    sheet = load_workbook(BytesIO(played.files["监测台账.xlsx"])).active
    head = next(row for row in sheet.iter_rows(values_only=True) if "第一责任人" in row)
    columns = [head.index(title) for title in ("乡镇", "第一责任人", "直接责任人")]
    printed = {
        tuple(row[column] for column in columns)
        for row in sheet.iter_rows(values_only=True)
        if row[columns[0]] in county.townships.values()
    }
    assert len(printed) == len(county.villages)
    for _, first, direct in printed:
        assert "党委书记" in first
        assert "驻村工作队队长" in direct
    named = [person for name in played.found.bulletin["names"] for person in name["responsible"]]
    assert {person["level"] for person in named} == {"第一责任人", "直接责任人"}
    assert [person for person in named if not person["name"]] == []
    assert {name for name, _ in county.officers.values()} & {person["name"] for person in named}
    assert "姓名未报" not in "\n".join(_texts(played.files["月通报.docx"]))


def test_the_register_has_whoever_was_identified_with_category_and_day(played: Played):
    """In September, and of September by 12 October; nobody else."""
    rows = {row["household"]: row for row in played.found.monitored if row["identified_on"]}
    found = {
        who: (
            rows[played.ids[who]]["standing"],
            rows[played.ids[who]]["category"],
            rows[played.ids[who]]["causes"],
            rows[played.ids[who]]["identified_on"],
        )
        for who in ("fields", "urgent", "disaster")
    }
    assert found == {
        "fields": ("monitored", "MARGINAL", ["INDUSTRY_FAILURE"], "2026-09-10"),
        "urgent": ("monitored", "SUDDEN_HARDSHIP", ["ACCIDENT"], "2026-09-15"),
        "disaster": ("monitored", "SUDDEN_HARDSHIP", ["NATURAL_DISASTER"], "2026-10-12"),
    }
    assert len(rows) == 3


def test_who_is_helped_first_has_his_procedure_made_up_in_time(played: Played):
    file = played.file("urgent")
    assert (file["green_on"], file["backfill_due"]) == ("2026-09-03", "2026-09-18")
    assert (file["total_due"], file["state"]) == (None, "admitted")
    said = [entry["text"] for entry in file["history"]]
    assert sum(text.startswith("绿色通道先行帮扶：") for text in said) == 2
    assert not any(entry["late"] for entry in file["history"])
    announced = next(entry["on"] for entry in file["history"] if entry["action"] == "announce")
    assert announced == "2026-09-15"


def test_a_file_is_whole_and_in_time_from_the_lead_to_the_entry(played: Played):
    file = played.file("disaster")
    steps = [(entry["action"], entry["on"]) for entry in file["history"]]
    moved = [step for step in steps if step[0] not in ("note", "fall_overdue")]
    assert moved == [
        ("open", "2026-09-29"),
        ("consent", "2026-09-29"),
        ("verify", "2026-09-29"),
        ("carry", "2026-09-30"),
        ("post", "2026-09-30"),
        ("close_notice", "2026-10-08"),  # from the 6th; the 8th is the first working day
        ("approve", "2026-10-10"),
        ("admit", "2026-10-12"),
        ("announce", "2026-10-12"),
        ("register", "2026-10-13"),
    ]
    assert not any(entry["late"] for entry in file["history"])
    assert file["total_due"] == "2026-10-14"
    assert (file["state"], file["ended_on"]) == ("admitted", "2026-10-13")


def test_who_is_not_admitted_was_objected_to_and_is_told_on_paper(played: Played):
    file = played.file("jobless")
    assert (file["state"], file["ended_on"]) == ("not_admitted", "2026-10-12")
    actions = [entry["action"] for entry in file["history"]]
    assert actions[-2:] == ["not_admit", "note"]
    said = [entry["text"] for entry in file["history"]]
    for words in ("公示收到异议", "公示异议已答复：属实", "疑点复核：疑点属实"):
        assert words in said
    assert said[-1] == "不予纳入告知书已交农户"
    assert file["history"][-1]["on"] == "2026-10-13"
    assert played.found.untold == []
    assert played.orders("jobless")["JOB"]["state"] == "accepted"  # its order goes on


def test_whoever_is_monitored_has_a_new_risk_and_no_second_file(played: Played):
    risks = [
        (risk["channel"], risk["on"])
        for row in played.found.monitored
        if row["household"] == played.ids["fields"]
        for risk in row["risks"]
    ]
    assert risks == [("CADRE", "2026-10-21")]
    files = [file for file in played.found.files if file["household"] == played.ids["fields"]]
    assert [(file["state"], len(file["leads"])) for file in files] == [("admitted", 2)]


def test_the_other_files_lie_where_they_are_with_their_days(played: Played):
    whole = ("fields", "urgent", "disaster", "jobless")
    others = [played.file(who) for who in played.ids if who not in (*whole, "struck")]
    assert {(file["state"], file["ended_on"]) for file in others} == {("consent", None)}
    assert all(file["late"] for file in others)
    assert len(played.found.files) == len(others) + len(whole)


def _texts(docx: bytes) -> list[str]:
    document = Document(BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_f_51_no_page_shows_a_day_as_a_program_writes_it(played):
    assert played.monkey.raw == []


def test_when_the_pages_open_a_leader_has_one_tap_to_do(played):
    assert "本月无风险（零报告）" in played.leader
    assert 'action="/village/group-reports"' in played.leader


def test_everybody_finds_his_open_tasks_on_one_page_and_every_page_opens(played: Played):
    assert played.shut == []
    clerk = [task.href.split("/")[1] for task in played.tasks[Role.COUNTY_CLERK]]
    assert set(clerk) == {"village", "unit", "county", "dispatch"}
    assert [task.title for task in played.tasks[Role.GROUP_LEADER]] == ["本月摸排还没有报"]
    for tasks in played.tasks.values():
        days = [task.due for task in tasks if task.due]
        assert days == sorted(days)


def test_whoever_is_chosen_on_the_demos_sign_in_page_is_in(played: Played):
    accounts = played.scenario.personas.accounts().values()
    assert played.chosen == {who.account: (200, True) for who in accounts}


def test_every_account_of_the_demo_is_marked_as_such(played: Played):
    assert played.unmarked == []


def test_f_53_on_the_morning_of_the_bulletins_day_a_newcomer_can_issue_it(played: Played):
    assert played.issued["state"] == "issued"
    assert played.issued["issued_on"] == "2026-11-05"


def test_f_53_a_helpers_households_are_neighbours(played: Played):
    county = played.scenario.personas.county
    village_of = {household.number: household.village for household in county.households}
    villages: dict[str, set[str]] = {}
    for number, helper in county.assignments:
        villages.setdefault(helper, set()).add(village_of[number])
    assert max(len(of_helper) for of_helper in villages.values()) == 2


def test_nonsense_in_any_field_breaks_nothing(played):
    assert played.monkey.broken == []
    assert len(played.monkey.seen) > 40
    assert len(played.monkey.sent) > 30


@pytest.fixture(scope="module")
def known(played: Played) -> Known:
    """Everybody of the demo's register; names and telephones that officials have too stand openly."""
    county = played.scenario.personas.county
    public = {name for _, name in county.heads.values()} | {name for _, _, name, _ in county.others}
    for named in (*county.leaders.values(), *county.officers.values()):
        public |= set(named)
    for _, name, phone in county.helpers.values():
        public |= {name, phone}
    public |= {name for _, name, _ in county.teams.values()}
    public |= {name for names in county.team_members.values() for name in names}
    people = [member for household in county.households for member in household.members]
    return Known.of(((one.name, one.id_number, one.phone) for one in people), public)


def test_no_name_number_or_telephone_of_the_countys_people_leaves_in_clear(
    played: Played, known: Known
):
    """Logs, topics, metrics, addresses, refusals, names of files, kept answers of the whole run."""
    assert len(known.names) > 5_000
    assert len(known.numbers) > 14_000
    leaks = played.heard.leaks(known)
    assert {kind: (len(found), sorted(found)[:20]) for kind, found in leaks.items()} == {}
    kinds = set(played.heard.texts)
    assert {"log", "url", "refusal", "metrics", "file name", "kept answer"} <= kinds
    assert {"topic backstop.village", "topic backstop.county"} <= kinds


@pytest.mark.parametrize("hide", [str, quote, json.dumps, "《{}》".format, "x{}y".format])
def test_one_name_number_or_telephone_among_all_that_would_be_found(
    played: Played, known: Known, hide
):
    head = played.scenario.thirsty.head
    name = head.name if head.name in known.names else max(known.names, key=len)
    for kind in played.heard.texts:
        for word in (name, head.id_number, max(known.numbers, key=len)):
            seeded = Heard({kind: played.heard.texts[kind] | {f"log: {hide(word)}!"}})
            assert seeded.leaks(known)[kind], (kind, word)
