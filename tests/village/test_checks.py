"""Data checks over the register (A14): what they find, who sees it, and what is said of it."""

from io import BytesIO

import openpyxl
import pytest
from sqlmodel import Session, select

from backstop.services import service_named
from kit.deadlines import sweep
from kit.errors import Forbidden, Refused
from kit.sheets.sheet import Handing, RawSheet, SheetReport, recognise
from rulebook.checks.declared import OF_COUNTY
from rulebook.packs.checks import CODES
from schemas.codes import Role, Stratum
from services.village.checks import commands, queries
from services.village.checks.deadlines import CHECK_REGISTER
from services.village.checks.documents import COLUMNS
from services.village.checks.forms import AnswerForm, FindingFilter
from services.village.checks.jobs import prepare
from services.village.checks.models import DataFinding
from services.village.checks.rules import LEADS, OF_OWN_SHEET, Answer, FindingState
from services.village.checks.tasks import tasks
from services.village.register import commands as register_commands
from services.village.register.forms import HouseholdDraft
from services.village.register.models import Household
from tests.village.personas import (
    CLERK,
    HEWAN,
    LEADER,
    MAJIA,
    MAJIA_CLERK,
    OFFICE,
    QINGLING,
    SHIQIAO,
    TOWNSHIP_CLERK,
    YUNTAI,
    at,
    on,
    person,
    who,
)

SECRETARY = who(Role.VILLAGE_SECRETARY, SHIQIAO)
OTHER_TOWNSHIP = who(Role.TOWNSHIP_CLERK, QINGLING)
WORK_TEAM = who(Role.VILLAGE_WORK_TEAM, SHIQIAO)
VILLAGES = (SHIQIAO, MAJIA, YUNTAI)
PHONES = {"H1": "16000000001", "H2": "16000000002", "H3": "16000000003", "H4": "16000000004"}
NAMES = {"H1": "陈红梅", "H2": "刘强丽", "H3": "张珍", "H4": "王军", "H5": "董秀敏"}


def whole(number: str, village: str, seq: int, **more: str | None) -> HouseholdDraft:
    """In order, but for what `more` says of its head."""
    said = {"health": "健康", "labour": "普通劳动力", "phone": PHONES.get(number, "16000000009")}
    head = person(NAMES[number], seq).model_copy(update=said | more)
    return HouseholdDraft(
        number=number, village=village, group="01", stratum=Stratum.EX_POOR, members=[head]
    )


def enter(session: Session, *drafts: HouseholdDraft) -> None:
    register_commands.register_households(session, drafts, actor=OFFICE, on=on(2))
    session.flush()


@pytest.fixture
def checked(session: Session) -> Session:
    """H1 lacks health, H4 (of another village) too, H5 (of another township) has a telephone of H4;
    the others are in order.
    """
    enter(
        session,
        whole("H1", SHIQIAO, 1, health=None),
        whole("H2", SHIQIAO, 2),
        whole("H3", SHIQIAO, 3),
        whole("H4", MAJIA, 4, health=None),
        whole("H5", YUNTAI, 5, phone=PHONES["H4"]),
    )
    run(session, 3)
    return session


def run(session: Session, day: int) -> None:
    for village in VILLAGES:
        commands.check_village(session, village, on=on(day))
    commands.check_between(session, on=on(day))
    session.flush()


def stored(session: Session) -> dict[tuple[str, str], DataFinding]:
    rows = session.exec(
        select(DataFinding, Household.number).join(Household, Household.id == DataFinding.household)
    )
    return {(number, row.code): row for row, number in rows}


def states(session: Session) -> dict[tuple[str, str], FindingState]:
    return {key: row.state for key, row in stored(session).items()}


def right(session: Session, key: tuple[str, str], day: int = 4, actor=OFFICE) -> DataFinding:
    form = AnswerForm(answer=Answer.RIGHT, reason="在外地，电话里问过")
    row = commands.answer(session, stored(session)[key].id, form, actor=actor, on=on(day))
    session.flush()
    return row


HEALTH = ("H1", "HEALTH_MISSING")


def test_what_the_register_never_had_is_nobodys_mistake(checked):
    """The register's own sheet has no income, no schooling, no house: their columns are not asked for."""
    assert CODES - OF_COUNTY.keys() > OF_OWN_SHEET
    assert states(checked) == {
        HEALTH: FindingState.OPEN,
        ("H4", "HEALTH_MISSING"): FindingState.OPEN,
        ("H4", "PHONE_IN_SEVERAL"): FindingState.OPEN,
        ("H5", "PHONE_IN_SEVERAL"): FindingState.OPEN,
    }


def test_who_was_brought_in_with_all_that_is_asked_for_is_asked_all(checked):
    household = checked.get(Household, stored(checked)[HEALTH].household)
    household.facts = {"house_area": "90"}
    checked.flush()
    run(checked, 4)
    asked = {code for number, code in states(checked) if number == "H1"}
    assert {"LIVING_UNKNOWN", "INCOME_MISSING", "SCHOOLING_MISSING"} <= asked
    household.stratum = Stratum.MARGINAL  # since when, and why: only an export says that
    checked.flush()
    run(checked, 5)
    assert states(checked)["H1", "LIVING_UNKNOWN"] is FindingState.MENDED
    assert "IDENTIFIED_MISSING" not in {code for _, code in states(checked)}


def test_a_second_run_changes_nothing(checked):
    right(checked, HEALTH)
    before = {key: row.model_dump() for key, row in stored(checked).items()}
    run(checked, 5)
    assert {key: row.model_dump() for key, row in stored(checked).items()} == before


def test_what_is_put_right_in_the_register_is_mended_by_itself(checked):
    enter(checked, whole("H1", SHIQIAO, 1))
    run(checked, 5)
    row = stored(checked)[HEALTH]
    assert (row.state, row.since, row.by) == (FindingState.MENDED, on(5), None)
    enter(checked, whole("H1", SHIQIAO, 1, health=None))
    run(checked, 6)
    assert (row.state, row.since) == (FindingState.OPEN, on(6))


def test_right_as_it_is_holds_until_the_facts_change(checked):
    enter(checked, whole("H1", SHIQIAO, 1, phone="160000"))
    run(checked, 4)
    key = ("H1", "MEMBER_PHONE_WRONG")
    row = right(checked, key)
    enter(checked, whole("H1", SHIQIAO, 1, phone="160000", labour="技能劳动力"))
    run(checked, 5)
    assert (row.state, row.since) == (FindingState.RIGHT, on(4))
    assert row.reason == "在外地，电话里问过"
    enter(checked, whole("H1", SHIQIAO, 1, phone="160001"))
    run(checked, 6)
    assert (row.state, row.since, row.reason, row.by) == (FindingState.OPEN, on(6), None, None)


def test_a_year_that_passes_is_no_new_fact(checked):
    """96 is too old for full labour, and so is 97."""
    old = whole("H1", SHIQIAO, 1)
    born = person("陈红梅", 1, born=on(1).replace(year=1930)).id_number
    head = old.members[0].model_copy(update={"id_number": born})
    enter(checked, old.model_copy(update={"members": [head]}))
    run(checked, 4)
    row = right(checked, ("H1", "LABOUR_TOO_OLD"))
    commands.check_village(checked, SHIQIAO, on=on(4).replace(year=2027))
    assert row.state is FindingState.RIGHT
    assert row.sentence.startswith("陈红梅：97岁")


def test_said_to_be_mended_and_found_again_waits_again(checked):
    row = stored(checked)[HEALTH]
    commands.answer(checked, row.id, AnswerForm(answer=Answer.MENDED), actor=OFFICE, on=on(4))
    assert (row.state, row.by) == (FindingState.MENDED, OFFICE.name)
    run(checked, 5)
    assert (row.state, row.by) == (FindingState.OPEN, None)


def test_a_merged_household_has_nothing_to_mend(checked):
    checked.get(Household, stored(checked)[HEALTH].household).merged_on = on(4)
    checked.flush()
    run(checked, 5)
    assert stored(checked)[HEALTH].state is FindingState.MENDED


def test_a_reason_is_asked_for_what_is_right_as_it_is():
    with pytest.raises(ValueError, match="请写明原因"):
        AnswerForm(answer=Answer.RIGHT)


@pytest.mark.parametrize(
    ("actor", "numbers"),
    [
        (CLERK, {"H1"}),
        (SECRETARY, {"H1"}),
        (MAJIA_CLERK, {"H4"}),
        (TOWNSHIP_CLERK, {"H1", "H4"}),
        (OTHER_TOWNSHIP, {"H5"}),
        (OFFICE, {"H1", "H4", "H5"}),
        (LEADER, set()),
        (WORK_TEAM, set()),
    ],
)
def test_everybody_sees_his_own_place(checked, actor, numbers):
    rows = checked.exec(queries.findings(actor, FindingFilter())).all()
    assert {line.household.number for line in queries.lines(checked, rows)} == numbers


def test_a_village_answers_what_is_its_own_to_mend(checked):
    ours, theirs = stored(checked)[HEALTH], stored(checked)["H4", "HEALTH_MISSING"]
    form = AnswerForm(answer=Answer.MENDED)
    with pytest.raises(Forbidden):
        commands.answer(checked, theirs.id, form, actor=CLERK, on=on(4))
    with pytest.raises(Forbidden):
        commands.answer(checked, ours.id, form, actor=SECRETARY, on=on(4))
    commands.answer(checked, ours.id, form, actor=CLERK, on=on(4))
    with pytest.raises(Refused, match="已经改正"):
        commands.answer(checked, ours.id, form, actor=CLERK, on=on(4))


def test_leads_are_the_offices_and_their_words_no_villages(checked, client):
    lead = stored(checked)[HEALTH]
    lead.code, lead.lead, lead.sentence = "HELPED_OUTSIDE", True, "有帮扶措施，这是体外循环线索"
    checked.commit()
    words = {*LEADS.values(), "体外循环"}
    shown = client("village", OFFICE).get("/village/checks").text
    assert "体外循环线索" in shown
    for actor in (CLERK, SECRETARY, TOWNSHIP_CLERK):
        browser = client("village", actor)
        pages = browser.get("/village/checks").text + browser.get("/village/").text
        assert not [word for word in words if word in pages]
        assert browser.get(f"/village/checks/{lead.id}").status_code == 403


def test_one_task_a_place_with_its_count(checked):
    (task,) = tasks(checked, CLERK, on(4))
    assert (task.count, task.due) == (1, None)
    assert task.title == "处理数据核查问题1条"
    assert tasks(checked, SECRETARY, on(4)) == tasks(checked, LEADER, on(4)) == []
    right(checked, HEALTH)
    assert tasks(checked, CLERK, on(4)) == []


def test_the_county_counts_by_township_and_a_township_by_village(checked):
    county = {count.place: count for count in queries.counts(checked, OFFICE)}
    assert (county[HEWAN].open, county[QINGLING].open) == (3, 1)
    assert county[HEWAN].checked_on is None  # one of its villages never was
    township = {count.place: count.open for count in queries.counts(checked, TOWNSHIP_CLERK)}
    assert township[SHIQIAO] == 1
    assert (township[MAJIA], YUNTAI in township) == (2, False)


def take(session: Session, rows: list[tuple], actor=CLERK) -> SheetReport:
    raw = RawSheet(file="整改.xlsx", title="数据核查整改表", rows=[list(COLUMNS), *map(list, rows)])
    sheet = recognise(raw, service_named("village").sheets)
    return sheet.kind.take(
        session, sheet, Handing(actor=actor, on=on(6), now=at(6), month="2026-09")
    )


def test_the_sheet_goes_out_and_sets_states_when_it_comes_back(checked, client):
    checked.commit()
    answer = client("village", CLERK).get("/village/forms/data-findings.xlsx?filled=true")
    assert answer.status_code == 200
    lines = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    header = next(at for at, line in enumerate(lines) if line[0] == "户编号")
    assert lines[header] == COLUMNS
    (row,) = lines[header + 1 :]
    assert row[:2] == ("H1", "陈红梅")
    assert row[3] == "村"
    filled = (*row[:4], "情况属实", "正在等体检结果")
    report = take(checked, [filled])
    assert (report.taken, report.refused) == (1, [])
    found = stored(checked)[HEALTH]
    assert (found.state, found.reason, found.by) == (
        FindingState.RIGHT,
        "正在等体检结果",
        CLERK.name,
    )
    again = take(checked, [filled])
    assert (again.taken, again.unchanged, again.refused) == (0, 1, [])


def test_bad_rows_of_the_sheet_are_refused_with_the_reason(checked):
    ours, theirs = stored(checked)[HEALTH], stored(checked)["H4", "HEALTH_MISSING"]
    good = ("H1", "陈红梅", ours.sentence, "村")
    report = take(
        checked,
        [
            (*good, "情况属实", ""),
            (*good, "不知道", ""),
            ("H1", "陈红梅", "改过的问题", "村", "已改", ""),
            ("H4", "王军", theirs.sentence, "村", "已改", ""),
            (*good, "", ""),
            (*good, "已改", ""),
        ],
    )
    reasons = {refused.row: refused.reason for refused in report.refused}
    assert "请写明原因" in reasons[2]
    assert "不在列表中" in reasons[3]
    assert "重新下载整改表" in reasons[4]
    assert "重新下载整改表" in reasons[5]
    assert (report.taken, report.unchanged, len(reasons)) == (1, 1, 4)
    assert states(checked)[HEALTH] is FindingState.MENDED
    assert states(checked)["H4", "HEALTH_MISSING"] is FindingState.OPEN


def test_the_button_runs_village_by_village(checked, sessions, client, clock):
    checked.commit()
    clock.set(at(7))
    answer = client("village", OFFICE).post("/village/checks")
    assert answer.status_code == 303
    jobs = service_named("village").jobs
    assert (
        sweep(sessions, jobs, at(7)) == len(VILLAGES) + 2
    )  # the village without households, and between them all
    assert client("village", LEADER).post("/village/checks").status_code == 403
    client("village", CLERK).post("/village/checks")
    assert sweep(sessions, jobs, at(7)) == 1
    page = client("village", TOWNSHIP_CLERK).get(f"/village/checks?place={MAJIA}&state=open").text
    assert "王军" in page
    assert "陈红梅" not in page
    assert client("village", CLERK).get("/village/checks.xlsx").status_code == 200


def test_the_register_is_looked_at_in_the_first_night_of_a_month(checked, sessions, clock):
    prepare(checked, clock)
    checked.commit()
    jobs = service_named("village").jobs
    assert CHECK_REGISTER.pending(checked, "2026-10") == at(1, 2, month=10)
    checked.commit()
    sweep(sessions, jobs, at(1, 3, month=10))
    looked = {count.place: count.checked_on for count in queries.counts(checked, OFFICE)}
    assert looked == {HEWAN: on(1, month=10), QINGLING: on(1, month=10)}
    assert CHECK_REGISTER.pending(checked, "2026-11") is not None
