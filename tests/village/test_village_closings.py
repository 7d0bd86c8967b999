"""What ends is expected no longer, and what is open there goes on at its successor (F-15)."""

from datetime import date

import pytest
from sqlmodel import Session, select

from backstop.services import service_named
from kit import deadlines, directory
from kit.closing import ClosingForm, ReopeningForm
from kit.errors import Conflict, Forbidden, Refused
from rulebook.months import start_of
from schemas.codes import DirectoryKind, Role, Timeliness
from schemas.village import (
    DivisionNamed,
    GroupNamed,
    GroupReportMissed,
    HouseholdRegistered,
    ListMissed,
    ReporterExempted,
)
from services.village.closings import commands
from services.village.closings.tasks import tasks
from services.village.directory import names
from services.village.findings.models import Finding
from services.village.findings.policy import policy as findings_policy
from services.village.months import commands as months_commands
from services.village.months.queries import reporters
from services.village.months.rules import Reporter
from services.village.register import commands as register_commands
from services.village.register.forms import GroupDraft
from services.village.register.models import Household
from services.village.screening import commands as screening_commands
from tests.village.personas import (
    BAISHUI,
    CLERK,
    HEWAN,
    HOUSEHOLDS,
    LEADER,
    MAJIA,
    MAJIA_CLERK,
    MONTH,
    OFFICE,
    QINGLING,
    SHIQIAO,
    TOWNSHIP_CLERK,
    YUNTAI,
    at,
    on,
    who,
)
from tests.village.test_village_heard import tasks as tasks_of_all

GROUP, VILLAGE, TOWNSHIP = DirectoryKind.GROUP, DirectoryKind.VILLAGE, DirectoryKind.TOWNSHIP
OCTOBER = "2026-10"
SECOND = who(Role.GROUP_LEADER, f"{SHIQIAO}/02")


def ending(kind: DirectoryKind, code: str, into: str | None = None, month: str = MONTH):
    return ClosingForm(kind=kind, code=code, last_month=month, successor=into, reason="合并")


def close(session: Session, *args, day: date = on(20), actor=OFFICE, **more) -> None:
    commands.close_place(session, ending(*args, **more), actor=actor, on=day)


def reopen(session: Session, kind: DirectoryKind, code: str, day: date) -> None:
    form = ReopeningForm(kind=kind, code=code, reason="登记错了")
    commands.reopen_place(session, form, actor=OFFICE, on=day)


def october(session: Session) -> None:
    """The clock of 1 October, in the order of the deadlines: the month opens, then places end."""
    months_commands.open_month(session, OCTOBER, on=on(1, month=10))
    for kind, code in ((g.kind, g.code) for g in commands.closing.closings(session)):
        commands.end_place(session, kind, code, on=on(1, month=10))


def expected(session: Session, kind: Reporter, month: str = OCTOBER) -> set[str]:
    return {row.code for row in reporters(session, month, kind)}


def places(session: Session) -> dict[str, tuple[str, str | None]]:
    return {
        row.number: (row.village, row.group)
        for row in session.exec(select(Household).execution_options(populate_existing=True))
    }


def test_f_15_a_merged_group_is_expected_no_longer(session, heard):
    """Case 25: 02组 was merged into 01组."""
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    said = heard(session, GroupNamed)[-1]
    assert (said.group, said.last_month, said.successor) == ("02", MONTH, None)
    assert f"{SHIQIAO}/02" in expected(session, Reporter.GROUP, MONTH)
    assert places(session)["H3"] == (SHIQIAO, "02")

    october(session)
    assert f"{SHIQIAO}/02" not in expected(session, Reporter.GROUP)
    assert f"{SHIQIAO}/01" in expected(session, Reporter.GROUP)
    assert places(session)["H3"] == (SHIQIAO, "01")
    assert heard(session, HouseholdRegistered)[-1].group == "01"
    assert heard(session, GroupNamed)[-1].successor == f"{SHIQIAO}/01"
    assert directory.answers_for(session, LEADER) == (f"{SHIQIAO}/01", f"{SHIQIAO}/02")
    assert directory.answers_for(session, SECOND) == ()


def test_f_15_a_leader_reports_for_the_group_that_joined_his(session, client, clock):
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    october(session)
    session.commit()
    clock.set(at(2, month=10))
    leader, title = client("village", LEADER), "石桥村02组：9月摸排还没有报"
    assert title in [task.title for task in tasks_of_all(session, LEADER, on(2, month=10))]
    assert "02组2026年9月无风险（零报告）</button>" in leader.get("/village/").text
    said = {"village": SHIQIAO, "group": "02", "month": MONTH, "back": "/village/"}
    assert leader.post("/village/group-reports", data=said).status_code == 303
    session.expire_all()
    assert title not in [task.title for task in tasks_of_all(session, LEADER, on(2, month=10))]
    assert "并入本组的" not in leader.get("/village/").text


def test_f_15_the_leader_of_a_group_that_ended_is_asked_for_nothing(session, client, clock):
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    october(session)
    session.commit()
    clock.set(at(2, month=10))
    page = client("village", SECOND).get("/village/", params={"month": MONTH}).text
    assert "本组已撤并，不再报送" in page
    assert "请在" not in page
    assert "零报告" not in page


def test_f_15_a_group_without_successor_comes_to_its_village(session):
    close(session, GROUP, f"{SHIQIAO}/02")
    october(session)
    assert places(session)["H3"] == (SHIQIAO, None)
    assert directory.answers_for(session, CLERK) == (SHIQIAO, f"{SHIQIAO}/02")


def test_f_15_the_successor_does_what_a_merged_village_left_open(session, register):
    screening_commands.report_group(
        session,
        SHIQIAO,
        "01",
        MONTH,
        nil=False,
        findings=[register.draft("H1")],
        actor=LEADER,
        on=on(16),
    )
    close(session, VILLAGE, SHIQIAO, MAJIA)
    finding = session.exec(select(Finding)).one()
    assert not findings_policy.may(MAJIA_CLERK, "review_finding", finding)

    october(session)
    session.commit()
    assert findings_policy.may(MAJIA_CLERK, "review_finding", finding)
    assert not findings_policy.may(CLERK, "review_finding", finding)
    assert places(session)["H1"] == places(session)["H3"] == (MAJIA, None)
    assert SHIQIAO not in expected(session, Reporter.VILLAGE)
    assert not {code for code in expected(session, Reporter.GROUP) if code.startswith(SHIQIAO)}
    assert directory.answers_for(session, MAJIA_CLERK)[:2] == (MAJIA, SHIQIAO)
    titles = [task.title for task in tasks_of_all(session, MAJIA_CLERK, on(1, month=10))]
    assert "石桥村：审核9月摸排发现的1户" in titles
    assert "石桥村：上报9月名单" in titles
    assert "石桥村02组：9月摸排还没有报" in titles
    own = [title for title in titles if "马家村" in title]
    assert own == [], "his own place is not named"


def test_f_15_a_village_without_successor_comes_to_its_township(session):
    close(session, VILLAGE, BAISHUI, actor=TOWNSHIP_CLERK)
    october(session)
    assert BAISHUI in directory.answers_for(session, TOWNSHIP_CLERK)
    assert f"{BAISHUI}/01" in directory.answers_for(session, TOWNSHIP_CLERK)
    assert HEWAN in expected(session, Reporter.TOWNSHIP)
    assert names(session)[BAISHUI] == "白水村"


def test_f_15_households_of_a_village_that_joined_none_are_the_townships_task(session):
    close(session, VILLAGE, SHIQIAO, actor=TOWNSHIP_CLERK)
    assert tasks(session, TOWNSHIP_CLERK, on(20)) == []
    october(session)
    (task,) = tasks(session, TOWNSHIP_CLERK, on(1, month=10))
    assert (task.title, len(task.objects)) == ("石桥村已撤并，3户要登记到别的村", 3)
    assert tasks(session, OFFICE, on(1, month=10)) == []
    moved = [draft.model_copy(update={"village": MAJIA}) for draft in HOUSEHOLDS[:3]]
    register_commands.register_households(session, moved, actor=TOWNSHIP_CLERK, on=on(2, month=10))
    assert tasks(session, TOWNSHIP_CLERK, on(2, month=10)) == []


def close_villages(session: Session) -> None:
    """All of 河湾镇, into one of the other township."""
    for village in (SHIQIAO, MAJIA, BAISHUI):
        close(session, VILLAGE, village, YUNTAI)


def test_f_15_a_township_ends_only_into_another_one(session):
    close_villages(session)
    with pytest.raises(
        Refused, match="河湾镇没有办完的事，县里不能代办，请在“并入”里选"
    ) as refused:
        close(session, TOWNSHIP, HEWAN)
    assert refused.value.field == "successor"
    assert tasks(session, OFFICE, on(20)) == []
    close(session, TOWNSHIP, HEWAN, QINGLING)
    october(session)
    heir = who(Role.TOWNSHIP_CLERK, QINGLING)
    assert HEWAN in directory.answers_for(session, heir)
    assert tasks(session, OFFICE, on(1, month=10)) == []


def test_f_15_a_township_that_joined_none_before_is_the_offices_to_mend(session):
    close_villages(session)
    entry = commands.place(session, TOWNSHIP, HEWAN)
    commands.closing.say(session, entry, ending(TOWNSHIP, HEWAN), actor=OFFICE, on=on(20))
    october(session)
    (task,) = tasks(session, OFFICE, on(1, month=10))
    assert task.title == "河湾镇撤并了，还没有定由哪个乡镇接着办"
    assert tasks(session, TOWNSHIP_CLERK, on(1, month=10)) == []
    reopen(session, TOWNSHIP, HEWAN, on(2, month=10))
    close(session, TOWNSHIP, HEWAN, QINGLING, day=on(2, month=10))
    assert tasks(session, OFFICE, on(2, month=10)) == []
    assert HEWAN in directory.answers_for(session, who(Role.TOWNSHIP_CLERK, QINGLING))


def test_f_15_chains_are_resolved(session, heard):
    close(session, VILLAGE, BAISHUI, SHIQIAO)
    october(session)
    close(session, VILLAGE, SHIQIAO, MAJIA, month=MONTH, day=on(5, month=10))
    assert set(directory.answers_for(session, MAJIA_CLERK)) >= {MAJIA, SHIQIAO, BAISHUI}
    assert directory.entry(session, VILLAGE, BAISHUI).successor == MAJIA
    told = {event.division: event.successor for event in heard(session, DivisionNamed)[-2:]}
    assert told == {SHIQIAO: MAJIA, BAISHUI: MAJIA}
    assert places(session)["H1"] == (MAJIA, None)


def test_f_15_what_was_said_late_holds_at_once(session, heard):
    """October had opened with it: it is exempted there, with the reason."""
    months_commands.open_month(session, OCTOBER, on=on(1, month=10))
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01", day=on(12, month=10))
    assert directory.answers_for(session, SECOND) == ()
    told = heard(session, ReporterExempted)
    assert [(e.division, e.group, e.month) for e in told] == [(SHIQIAO, "02", OCTOBER)]
    assert "合并" in told[0].reason


def test_f_15_it_can_be_taken_back(session, heard):
    close(session, VILLAGE, SHIQIAO, MAJIA)
    reopen(session, VILLAGE, SHIQIAO, on(21))
    october(session)
    assert SHIQIAO in expected(session, Reporter.VILLAGE)
    assert places(session)["H1"] == (SHIQIAO, "01")

    close(session, VILLAGE, SHIQIAO, MAJIA, day=on(3, month=10))
    assert places(session)["H1"] == (MAJIA, None)
    reopen(session, VILLAGE, SHIQIAO, on(4, month=10))
    assert places(session)["H1"] == (SHIQIAO, "01")
    assert places(session)["H3"] == (SHIQIAO, "02")
    assert directory.answers_for(session, CLERK) == (SHIQIAO,)
    assert heard(session, DivisionNamed)[-1].last_month is None


def test_f_15_a_place_that_is_there_again_is_expected_this_month(session):
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    october(session)
    reopen(session, GROUP, f"{SHIQIAO}/02", on(6, month=10))
    assert f"{SHIQIAO}/02" in expected(session, Reporter.GROUP)


def test_f_15_taken_back_late_the_month_that_runs_expects_village_and_groups_again(session, heard):
    months_commands.open_month(session, OCTOBER, on=on(1, month=10))
    close(session, VILLAGE, SHIQIAO, MAJIA, day=on(12, month=10))
    ended = {(row.code, row.exempt_on) for row in reporters(session, OCTOBER, Reporter.VILLAGE)}
    assert (SHIQIAO, on(12, month=10)) in ended
    reopen(session, VILLAGE, SHIQIAO, on(13, month=10))
    session.commit()
    rows = [
        row
        for kind in (Reporter.VILLAGE, Reporter.GROUP)
        for row in reporters(session, OCTOBER, kind, SHIQIAO)
    ]
    assert {row.code for row in rows} >= {SHIQIAO, f"{SHIQIAO}/01", f"{SHIQIAO}/02"}
    assert all(row.expected and not row.exempt_reason for row in rows)
    lifted = [event for event in heard(session, ReporterExempted) if event.lifted]
    assert {(e.division, e.group, e.month) for e in lifted} == {
        (SHIQIAO, row.group, OCTOBER) for row in rows
    }
    leaders = [who(Role.GROUP_LEADER, row.code) for row in rows if row.group]
    objects = {
        name
        for actor in (CLERK, *leaders)
        for task in tasks_of_all(session, actor, on(13, month=10))
        for name in task.objects
    }
    assert {f"reporter_month:{row.id}" for row in rows} <= objects


def test_f_15_what_is_taken_back_past_its_day_is_missing_and_named(session, heard):
    """Its list was due on the 20th, its groups on the 17th; not 未到期."""
    months_commands.open_month(session, OCTOBER, on=on(1, month=10))
    close(session, VILLAGE, SHIQIAO, MAJIA, day=on(12, month=10))
    for kind, last in ((Reporter.GROUP, on(18, month=10)), (Reporter.VILLAGE, on(23, month=10))):
        months_commands.report_missing(session, OCTOBER, kind, on=last)
    reopen(session, VILLAGE, SHIQIAO, on(24, month=10))
    rows = [*reporters(session, OCTOBER, Reporter.VILLAGE, SHIQIAO)]
    rows += reporters(session, OCTOBER, Reporter.GROUP, SHIQIAO)
    assert {row.timeliness for row in rows} == {Timeliness.MISSING}
    named = [
        event
        for kind in (ListMissed, GroupReportMissed)
        for event in heard(session, kind)
        if (event.village, event.month) == (SHIQIAO, OCTOBER)
    ]
    assert [getattr(event, "group", None) for event in named] == [row.group for row in rows]


@pytest.mark.parametrize(("day", "is_missing"), [(6, False), (24, True)])
def test_f_15_a_month_that_opened_without_it_says_what_is_so(session, day, is_missing):
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    october(session)
    reopen(session, GROUP, f"{SHIQIAO}/02", on(day, month=10))
    (row,) = [
        row
        for row in reporters(session, OCTOBER, Reporter.GROUP, SHIQIAO)
        if row.code == f"{SHIQIAO}/02"
    ]
    assert row.timeliness is (Timeliness.MISSING if is_missing else Timeliness.WAITING)


def test_f_15_an_exemption_of_another_reason_stays_when_a_closing_is_taken_back(session):
    months_commands.open_month(session, OCTOBER, on=on(1, month=10))
    months_commands.exempt_reporter(
        session,
        OCTOBER,
        Reporter.GROUP,
        f"{SHIQIAO}/02",
        reason="组长去世",
        actor=OFFICE,
        on=on(2, month=10),
    )
    close(session, VILLAGE, SHIQIAO, MAJIA, day=on(12, month=10))
    reopen(session, VILLAGE, SHIQIAO, on(13, month=10))
    reasons = {row.code: row.exempt_reason for row in reporters(session, OCTOBER, Reporter.GROUP)}
    assert reasons[f"{SHIQIAO}/02"] == "组长去世"
    assert reasons[f"{SHIQIAO}/01"] is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (ending(VILLAGE, MAJIA, MAJIA), "不能并入自己"),
        (ending(VILLAGE, MAJIA, "990121100299"), "没有代码为"),
        (ending(TOWNSHIP, HEWAN, QINGLING), "请先登记这些村的撤并"),
        (ending(VILLAGE, BAISHUI, SHIQIAO), "请选接续它的单位"),
        (ending(GROUP, f"{MAJIA}/09"), "没有代码为"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(session, form, sentence):
    close(session, VILLAGE, SHIQIAO, MAJIA)
    with pytest.raises(Refused, match=sentence):
        commands.close_place(session, form, actor=OFFICE, on=on(20))


def test_f_15_what_has_ended_is_no_successor_and_the_refusal_says_where_it_went(session):
    close(session, VILLAGE, MAJIA, SHIQIAO)
    october(session)
    sentence = "马家村已撤并（报到2026年9月，并入石桥村），请选现在的并入单位。"
    with pytest.raises(Refused, match=sentence):
        close(session, VILLAGE, BAISHUI, MAJIA, day=on(3, month=10))
    close(session, VILLAGE, YUNTAI, day=on(3, month=10))
    sentence = "云台村已撤并（报到2026年9月，没有并入单位），请选现在的并入单位。"
    with pytest.raises(Refused, match=sentence):
        close(session, VILLAGE, BAISHUI, YUNTAI, day=on(3, month=10))


def test_it_is_said_once(session):
    close(session, VILLAGE, SHIQIAO, MAJIA)
    with pytest.raises(Conflict, match="请先恢复"):
        close(session, VILLAGE, SHIQIAO, BAISHUI)


@pytest.mark.parametrize(
    ("actor", "kind", "code", "into"),
    [
        (CLERK, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01"),
        (TOWNSHIP_CLERK, VILLAGE, YUNTAI, None),
        (TOWNSHIP_CLERK, VILLAGE, SHIQIAO, YUNTAI),
        (TOWNSHIP_CLERK, TOWNSHIP, HEWAN, None),
    ],
)
def test_only_the_office_above_says_so(session, actor, kind, code, into):
    with pytest.raises(Forbidden):
        close(session, kind, code, into, actor=actor)


def test_nobody_is_entered_where_nobody_is_looked_after(session):
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    october(session)
    with pytest.raises(Refused, match="02组已撤并（现由01组负责）"):
        register_commands.register_households(
            session, [HOUSEHOLDS[2]], actor=OFFICE, on=on(3, month=10)
        )


def test_renaming_what_ended_does_not_bring_it_back(session, heard):
    close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    october(session)
    draft = GroupDraft(village=SHIQIAO, group="02", leader="新组长")
    register_commands.name_groups(session, [draft], actor=OFFICE)
    assert heard(session, GroupNamed)[-1].successor == f"{SHIQIAO}/01"
    assert directory.answers_for(session, SECOND) == ()


def test_its_day_comes_by_itself(sessions):
    with sessions.begin() as session:
        close(session, GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01")
    jobs = service_named("village").jobs
    deadlines.sweep(sessions, jobs, start_of(on(1, month=10)))
    with sessions() as session:
        assert f"{SHIQIAO}/02" not in expected(session, Reporter.GROUP)
        assert directory.answers_for(session, SECOND) == ()


def test_the_page_shows_what_is_open_asks_and_takes_back(client, clock, sessions, register):
    clock.set(at(20))
    browser = client("village", OFFICE)
    assert "河湾镇" in browser.get("/village/closings").text
    assert (
        f"kind=GROUP&amp;code={SHIQIAO}/02"
        in browser.get("/village/closings", params={"above": SHIQIAO}).text
    )
    page = browser.get("/village/closings", params={"kind": "GROUP", "code": f"{SHIQIAO}/02"}).text
    assert "本月摸排还没有报" in page
    assert "这里还有1户" in page
    form = ending(GROUP, f"{SHIQIAO}/02", f"{SHIQIAO}/01").model_dump(mode="json")
    assert browser.post("/village/closings", data=form).status_code == 303
    page = browser.get("/village/closings").text
    assert "并入石桥村01组" in page
    told = browser.get("/village/api/closings").json()
    assert told == [form]
    undo = {"kind": "GROUP", "code": f"{SHIQIAO}/02", "reason": "没有合并"}
    assert browser.post("/village/closings/undo", data=undo).status_code == 303
    assert browser.get("/village/api/closings").json() == []
