"""One ID number, one household (G-09)."""

import threading

import pytest
from sqlmodel import Session, select

from backstop.services import service_named
from kit.closing import ClosingForm
from kit.errors import Conflict, Forbidden, Refused
from kit.sheets.sheet import Handing, RawSheet, SheetReport, recognise
from schemas.codes import DirectoryKind, Role
from schemas.village import HouseholdRegistered
from services.village.closings import commands as closings_commands
from services.village.closings.tasks import tasks as closings_tasks
from services.village.duplicates import commands, queries
from services.village.duplicates.tasks import tasks
from services.village.findings import commands as findings_commands
from services.village.months import commands as months_commands
from services.village.persons.models import Person
from services.village.register import commands as register_commands
from services.village.register.forms import Newcomer
from services.village.register.models import Household, RegisterTask
from services.village.register.rules import TaskState
from services.village.screening import commands as screening_commands
from tests.village.personas import (
    CLERK,
    HOUSEHOLDS,
    LEADER,
    MAJIA,
    OFFICE,
    QINGLING,
    SHIQIAO,
    TOWNSHIP_CLERK,
    YUNTAI,
    at,
    household,
    on,
    person,
    who,
)

OTHER_CLERK = who(Role.TOWNSHIP_CLERK, QINGLING)


def enter(session: Session, *drafts, actor=OFFICE):
    return register_commands.register_households(session, drafts, actor=actor, on=on(5))


def stored(session: Session, number: str) -> Household:
    return session.exec(select(Household).where(Household.number == number)).one()


@pytest.fixture
def doubles(session) -> tuple[Household, Household]:
    """As a county has them from before the rule held."""
    first = stored(session, "H1")
    second = Household(**first.model_dump(exclude={"id", "number"}), number="N1")
    second.duplicate_of = first.id
    session.add(second)
    session.add(Person(household=second.id, id_hash=second.id_hash, disputed=True))
    session.flush()
    return first, second


def test_f_04_a_second_household_of_one_id_number_is_refused_and_told_where_it_is(session):
    with pytest.raises(Refused) as refused:
        enter(session, household("N0006", MAJIA, "01", "陈红梅", 1))
    sentence = str(refused.value)
    assert "户编号H1（河湾镇石桥村）" in sentence
    for way in ("改户编号", "迁来的", "并户"):
        assert way in sentence


def test_f_04_two_of_one_set_are_refused_too(session):
    with pytest.raises(Refused, match="已登记为户编号N1"):
        enter(
            session,
            household("N1", MAJIA, "01", "新来人", 77),
            household("N2", MAJIA, "01", "新来人", 77),
        )


def test_f_04_the_workbook_refuses_that_household_and_takes_the_others(session):
    """Case 03."""
    report = workbook(session, ("N0006", "陈红梅", 1), ("N0007", "新来人", 78))
    assert report.taken == 1, report
    (refused,) = report.refused
    assert (refused.row, refused.name) == (2, "身份证号码")
    assert "户编号H1（河湾镇石桥村）" in refused.reason


def workbook(session: Session, *heads: tuple[str, str, int]) -> SheetReport:
    """Of households of one person: number, name, sequence of the ID number."""
    rows = [
        [
            *(number, "河湾镇", "石桥村", "01", "一般户", name, person(name, seq).id_number),
            *("", "户主", "", "", "", ""),
        ]
        for number, name, seq in heads
    ]
    header = [
        "户编号",
        "乡镇",
        "村名",
        "组别",
        "农户类型",
        "姓名",
        "身份证号码",
        "性别",
        "与户主关系",
        "健康状况",
        "残疾类别等级",
        "劳动能力",
        "联系电话",
    ]
    raw = RawSheet(file="农户.xlsx", title="农户信息表", rows=[header, *rows])
    sheet = recognise(raw, service_named("village").sheets)
    return sheet.kind.take(
        session, sheet, Handing(actor=OFFICE, on=on(2), now=at(2), month="2026-09")
    )


def test_f_04_one_newcomer_in_four_villages_at_once_is_one_household(sessions):
    """G-09: four desks at the same moment."""
    newcomer = Newcomer(name="程金", id_number=person("程金", 900).id_number)

    def take(village: str) -> None:
        try:
            with sessions.begin() as session:
                register_commands.enter_unregistered(session, village, newcomer, on=on(5))
        except Refused:
            pass

    desks = [threading.Thread(target=take, args=[v]) for v in (SHIQIAO, MAJIA, YUNTAI, SHIQIAO)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    with sessions() as session:
        rows = session.exec(select(Household).where(Household.head_name == "程金")).all()
    assert len(rows) == 1


def test_g_09_the_database_holds_the_rule(session):
    first = stored(session, "H1")
    second = Household(**first.model_dump(exclude={"id", "number"}), number="N1")
    session.add(second)
    with pytest.raises(Exception, match="uq_household_head"):
        session.flush()


def test_two_households_may_change_heads_with_each_other(session):
    one, two = HOUSEHOLDS[0], HOUSEHOLDS[1]
    enter(
        session,
        one.model_copy(update={"members": two.members}),
        two.model_copy(update={"members": one.members}),
    )
    assert stored(session, "H1").head_name == "刘强丽"
    assert stored(session, "H2").head_name == "陈红梅"


def test_whom_a_report_had_named_joins_the_household_that_he_heads_now(session, heard):
    newcomer = Newcomer(name="程金", id_number=person("程金", 900).id_number)
    named = register_commands.enter_unregistered(session, MAJIA, newcomer, on=on(5))
    session.flush()
    enter(session, household("H1", SHIQIAO, "01", "程金", 900))
    session.refresh(named)
    assert named.duplicate_of == stored(session, "H1").id
    told = {event.household: event.merged_into for event in heard(session, HouseholdRegistered)}
    assert told[named.id] == named.duplicate_of
    task = session.exec(select(RegisterTask).where(RegisterTask.household == named.id)).one()
    assert task.state is TaskState.RESOLVED


def test_f_04_doubles_of_before_are_somebodys_task_and_become_one(session, doubles, heard):
    first, second = doubles
    (task,) = tasks(session, TOWNSHIP_CLERK, on(6))
    assert task.objects == (f"household:{second.id}",)
    assert tasks(session, OTHER_CLERK, on(6)) == tasks(session, OFFICE, on(6)) == []
    with pytest.raises(Forbidden):
        commands.merge_households(
            session, second.id, keep=second.id, reason="x", actor=OTHER_CLERK, on=on(6)
        )
    kept = commands.merge_households(
        session, second.id, keep=second.id, reason="旧编号作废", actor=TOWNSHIP_CLERK, on=on(6)
    )
    session.flush()
    assert (kept.id, kept.duplicate_of, first.duplicate_of) == (second.id, None, second.id)
    assert tasks(session, TOWNSHIP_CLERK, on(6)) == []
    assert [
        (event.household, event.merged_into) for event in heard(session, HouseholdRegistered)[-2:]
    ] == [(first.id, second.id), (second.id, None)]


def register_of(session: Session, *ids: str) -> dict[str, bool]:
    return {id: session.get(Household, id).merged_on is None for id in ids}


def test_f_04_what_was_merged_is_not_merged_the_other_way_round(session, doubles):
    first, second = doubles
    session.flush()
    for asked, keep in ((first, second), (first, first), (second, first)):
        merge = {"keep": keep.id, "reason": "同一户", "actor": TOWNSHIP_CLERK, "on": on(6)}
        if (asked, keep) == (first, second):
            commands.merge_households(session, asked.id, **merge)
            continue
        sentence = "户编号H1（河湾镇石桥村）已于2026年9月6日并入户编号N1（河湾镇石桥村）"
        with pytest.raises(Conflict, match=sentence):
            commands.merge_households(session, asked.id, **merge)
    assert register_of(session, first.id, second.id) == {first.id: False, second.id: True}
    assert (first.on_register, second.on_register) == (False, True)


def merged(session: Session, doubles) -> tuple[Household, str]:
    """The one that is void, and the sentence that says where it went."""
    first, second = doubles
    merge = {"keep": second.id, "reason": "旧编号作废", "actor": TOWNSHIP_CLERK, "on": on(6)}
    commands.merge_households(session, first.id, **merge)
    session.flush()
    return first, "户编号H1（河湾镇石桥村）已于2026年9月6日并入户编号N1（河湾镇石桥村）"


def test_f_04_a_void_household_is_reported_no_more_and_its_successor_is_named(
    session, doubles, register
):
    months_commands.open_month(session, "2026-09", on=on(1))
    void, sentence = merged(session, doubles)
    draft = register.draft("H1")
    assert draft.household == void.id
    with pytest.raises(Refused, match=f"{sentence}，请报那一户。"):
        findings_commands.add_finding(session, SHIQIAO, "2026-09", draft, actor=CLERK, on=on(8))
    leader = {"nil": False, "findings": [draft], "actor": LEADER, "on": on(8)}
    with pytest.raises(Refused, match="请报那一户"):
        screening_commands.report_group(session, SHIQIAO, "01", "2026-09", **leader)
    with pytest.raises(Refused, match="请报那一户"):
        screening_commands.report_urgent(session, SHIQIAO, "2026-09", draft, actor=LEADER, on=on(8))


def test_f_04_a_void_number_is_entered_no_more(session, doubles):
    void, sentence = merged(session, doubles)
    for head in (1, 99):
        with pytest.raises(Refused, match=f"{sentence}，请改那一户。"):
            enter(session, household("H1", SHIQIAO, "01", "陈红梅", head))
    with pytest.raises(Conflict, match=f"{sentence}，不能再改编号。"):
        commands.renumber_household(session, void.id, number="H9", actor=TOWNSHIP_CLERK)
    session.refresh(void)
    assert (void.on_register, void.merged_on) == (False, on(6))


def test_f_04_the_successor_of_a_successor_is_named(session, doubles):
    first, second = doubles
    third = Household(**first.model_dump(exclude={"id", "number"}), number="N2", id="0")
    third.duplicate_of = first.id
    session.add(third)
    session.flush()
    for keep in (second, third):
        merge = {"keep": keep.id, "reason": "x", "actor": TOWNSHIP_CLERK, "on": on(6)}
        commands.merge_households(session, keep.id, **merge)
        session.flush()
    with pytest.raises(Refused, match="户编号H1（河湾镇石桥村）已于2026年9月6日并入户编号N2"):
        enter(session, household("H1", SHIQIAO, "01", "陈红梅", 1))


def test_f_04_the_workbook_refuses_a_void_number_in_its_column(session, doubles):
    _, sentence = merged(session, doubles)
    (refused,) = workbook(session, ("H1", "陈红梅", 1), ("N0007", "新来人", 78)).refused
    assert (refused.row, refused.name) == (2, "户编号")
    assert sentence in refused.reason


def test_f_15_a_void_household_is_not_to_be_entered_elsewhere(session, doubles):
    merged(session, doubles)
    closing = ClosingForm(
        kind=DirectoryKind.VILLAGE, code=SHIQIAO, last_month="2026-09", reason="撤销"
    )
    closings_commands.close_place(session, closing, actor=TOWNSHIP_CLERK, on=on(20))
    closings_commands.end_place(session, DirectoryKind.VILLAGE, SHIQIAO, on=on(1, month=10))
    (task,) = closings_tasks(session, TOWNSHIP_CLERK, on(1, month=10))
    assert task.title == "石桥村已撤并，3户要登记到别的村"


def test_f_04_two_who_merge_the_other_way_round_at_once_leave_one_household(sessions):
    with sessions.begin() as session:
        first = stored(session, "H1")
        copy = first.model_dump(exclude={"id", "number"}) | {"duplicate_of": first.id}
        second = Household(**copy, number="N1")
        session.add(second)
        ids = first.id, second.id
    both, said = threading.Barrier(2), []

    def merge(keep: str) -> None:
        try:
            with sessions.begin() as session:
                for id in ids:
                    session.get(Household, id)
                both.wait()
                commands.merge_households(
                    session, keep, keep=keep, reason="同一户", actor=TOWNSHIP_CLERK, on=on(6)
                )
        except Conflict as refused:
            said.append(str(refused))

    desks = [threading.Thread(target=merge, args=[id]) for id in ids]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert len(said) == 1
    assert "已于2026年9月6日并入户编号" in said[0]
    with sessions() as session:
        assert sorted(register_of(session, *ids).values()) == [False, True]


def test_f_04_of_three_entries_one_remains(session, doubles):
    first, second = doubles
    third = Household(**first.model_dump(exclude={"id", "number"}), number="N2", id="0")
    third.duplicate_of = first.id
    session.add(third)
    session.flush()
    for double in (second, third):
        commands.merge_households(
            session, double.id, keep=double.id, reason="x", actor=TOWNSHIP_CLERK, on=on(6)
        )
        session.flush()
    assert list(register_of(session, first.id, second.id, third.id).values()) == [
        False,
        False,
        True,
    ]
    assert queries.doubles(session, TOWNSHIP_CLERK) == []


def test_a_double_ends_with_another_id_number(session, doubles):
    enter(session, household("N1", SHIQIAO, "01", "陈红梅", 88))
    session.expire_all()
    assert queries.doubles(session, TOWNSHIP_CLERK) == []


def test_a_double_takes_the_place_of_the_first_whose_number_was_wrong(session, doubles):
    enter(session, household("H1", SHIQIAO, "01", "陈红梅", 88))
    session.expire_all()
    assert queries.doubles(session, TOWNSHIP_CLERK) == []
    assert doubles[1].duplicate_of is None


def test_the_page_gives_another_number_and_merges(client, clock, sessions):
    clock.set(at(6))
    browser = client("village", TOWNSHIP_CLERK)
    with sessions.begin() as session:
        first = stored(session, "H1")
        copy = first.model_dump(exclude={"id", "number"}) | {"duplicate_of": first.id}
        second = Household(**copy, number="N1")
        session.add(second)
        ids = first.id, second.id
    assert "陈红梅户" in browser.get("/village/doubles").text
    assert [row["number"] for row in browser.get("/village/api/doubles").json()] == ["N1"]
    page = browser.get(f"/village/doubles/{ids[1]}").text
    assert "户编号H1（河湾镇石桥村）" in page
    refused = browser.post(f"/village/doubles/{ids[1]}/number", data={"number": "H2"})
    assert "已有这个编号" in refused.text
    changed = browser.post(f"/village/doubles/{ids[1]}/number", data={"number": "n0001"})
    assert changed.status_code == 303
    merged = browser.post(
        f"/village/doubles/{ids[1]}/merging", data={"keep": ids[0], "reason": "同一户"}
    )
    assert merged.headers["location"].startswith(f"/village/households/{ids[0]}")
    assert "已并户" in browser.get(f"/village/households/{ids[1]}").text
    again = {"keep": ids[1], "reason": "反了"}
    stale = browser.post(f"/village/doubles/{ids[1]}/merging", data=again)
    assert "已于2026年9月6日并入户编号H1（河湾镇石桥村），不用再并户。" in stale.text
    for id in ids:
        assert "并户，保留这一户" not in browser.get(f"/village/doubles/{id}").text
