"""A bulletin is on one list at a time, whoever it is about (F-01, F-09, F-53)."""

from dataclasses import replace
from datetime import date

import pytest

from kit import directory
from kit.behalf import Behalf
from kit.errors import Conflict, Forbidden
from schemas.codes import DirectoryKind, Role
from services.county.bulletin import commands, queries
from services.county.bulletin.models import NameKind, NameState
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from tests.conftest import actor, at
from tests.county.personas import (
    COUNTY,
    MONTH,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    open_tasks,
    signed,
    submitted,
)
from tests.county.test_bulletin import (
    CLERK,
    CUT_OFF,
    ISSUED,
    LEADER,
    OTHER_VILLAGE,
    REPLY_DUE,
    decider,
    draft,
    heard,
    names,
)

PAGE = f"/county/bulletins/{MONTH}"


@pytest.fixture
def opened(county):
    """September with the office's own dates."""
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    heard(county)
    return county


def of_bulletin(county, who, on: date) -> list[str]:
    """Kinds of what is open there; what a task counts, its note does not count again."""
    with county.sessions() as session:
        tasks = [task for task in open_tasks(session, who, on) if task.href == PAGE]
    assert not [task for task in tasks if task.count is not None and str(task.count) in task.note]
    return [task.kind for task in tasks]


def objects(county, who, on: date) -> list[str]:
    with county.sessions() as session:
        tasks = [task for task in open_tasks(session, who, on) if task.href == PAGE]
    return sorted({name.partition(":")[0] for task in tasks for name in task.objects})


def stands_on(county, who, on: date) -> list[str]:
    with county.sessions() as session:
        return [name for task in open_tasks(session, who, on) for name in task.objects]


def late_office(county) -> None:
    """T-10: the office decided after its third working day."""
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(14)))


def test_f_09_a_bulletin_is_the_clerks_while_names_are_open_and_then_the_leaders_alone(opened):
    draft(opened)
    assert of_bulletin(opened, CLERK, CUT_OFF) == ["bulletin"]  # all may still explain
    assert of_bulletin(opened, LEADER, CUT_OFF) == []
    assert of_bulletin(opened, CLERK, ISSUED) == ["decide"]
    assert objects(opened, CLERK, ISSUED) == ["bulletin_name", "reporter_month"]
    assert of_bulletin(opened, LEADER, ISSUED) == []
    for name in names(opened).values():
        opened.do(commands.approve_name, name.id, actor=CLERK, on=ISSUED)
    assert of_bulletin(opened, CLERK, ISSUED) == []
    assert of_bulletin(opened, LEADER, ISSUED) == ["sign"]
    assert objects(opened, LEADER, ISSUED) == ["bulletin", "reporter_month"]
    opened.do(commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    assert of_bulletin(opened, LEADER, ISSUED) == []


def test_f_09_nobody_judges_himself_the_offices_own_name_is_the_leaders(opened):
    late_office(opened)
    draft(opened)
    own = next(name for name in names(opened).values() if name.kind is NameKind.OFFICE)
    for deed in (commands.approve_name, commands.accept_explanation):
        with pytest.raises(Forbidden, match="点到牵头部门自己的，由县领导审定"):
            opened.do(deed, own.id, actor=CLERK, on=CUT_OFF)
    with pytest.raises(Forbidden, match="由县领导审定"):
        opened.do(commands.drop_name, own.id, "不重要", actor=CLERK, on=CUT_OFF)
    assert of_bulletin(opened, LEADER, CUT_OFF) == ["decide"]
    for name in names(opened).values():
        if name.kind is not NameKind.OFFICE:
            opened.do(commands.drop_name, name.id, "试", actor=CLERK, on=ISSUED)
    assert of_bulletin(opened, CLERK, ISSUED) == []
    assert objects(opened, LEADER, ISSUED) == ["bulletin_name", "reporter_month"]
    opened.do(commands.approve_name, own.id, actor=LEADER, on=ISSUED)
    assert of_bulletin(opened, LEADER, ISSUED) == ["sign"]
    with pytest.raises(Forbidden):
        opened.do(commands.reopen_name, own.id, actor=CLERK)


@pytest.mark.parametrize("successor", [COUNTY, "U002"])
def test_f_15_who_ended_and_joined_none_is_decided_without_being_asked(opened, successor):
    draft(opened)
    with opened.sessions.begin() as session:
        entry = directory.entry(session, DirectoryKind.UNIT, "U001")
        directory.put(session, replace_(entry, successor))
    unit = names(opened)["单位1"]
    heir = actor(Role.UNIT_CLERK, "U002")
    if successor == COUNTY:
        assert of_bulletin(opened, heir, CUT_OFF) == []
        assert of_bulletin(opened, CLERK, CUT_OFF) == ["decide"]
        name = opened.do(commands.approve_name, unit.id, actor=CLERK, on=CUT_OFF)
        assert name.state is NameState.APPROVED
    else:
        assert of_bulletin(opened, heir, CUT_OFF) == ["explain"]
        assert of_bulletin(opened, CLERK, CUT_OFF) == ["bulletin"]
        with pytest.raises(Conflict, match="请先听取说明"):
            opened.do(commands.approve_name, unit.id, actor=CLERK, on=CUT_OFF)


@pytest.mark.parametrize("successor", [TOWNSHIP, VILLAGE])
def test_f_15_a_group_whose_village_ended_too_is_decided_without_being_asked(opened, successor):
    draft(opened)
    group = next(name for name in names(opened).values() if name.kind is NameKind.GROUP)
    with opened.sessions.begin() as session:
        entry = directory.Entry(DirectoryKind.GROUP, group.code, "01组", parent=OTHER_VILLAGE)
        directory.put(session, replace_(entry, successor))
    asked = actor(Role.VILLAGE_CLERK, VILLAGE)
    assert of_bulletin(opened, actor(Role.TOWNSHIP_CLERK, TOWNSHIP), CUT_OFF) == []
    if successor == TOWNSHIP:
        assert of_bulletin(opened, CLERK, CUT_OFF) == ["decide"]
        assert f"bulletin_name:{group.id}" in stands_on(opened, CLERK, CUT_OFF)
        opened.do(commands.approve_name, group.id, actor=CLERK, on=CUT_OFF)
    else:
        assert of_bulletin(opened, asked, CUT_OFF) == ["explain"]
        assert of_bulletin(opened, CLERK, CUT_OFF) == ["bulletin"]


def replace_(entry, successor: str) -> directory.Entry:
    return directory.Entry(
        entry.kind, entry.code, entry.name, active=False, last_month=MONTH, successor=successor
    )


def test_f_53_the_page_says_whose_turn_it_is_and_from_when_a_name_can_be_decided(
    opened, client, clock
):
    late_office(opened)
    draft(opened)
    clock.set(at(2026, 10, 8))
    clerk, leader = client("county", CLERK), client("county", LEADER)
    shown = clerk.get(PAGE).text
    assert "10月10日截止。对方一说明，或者从2026年10月11日起，就可以审定" in shown
    assert "同意点名" not in shown
    waits = (
        "还有5条点名等牵头部门审定，另有牵头部门自己的点名由县领导审定，都审定完以后由县领导签发。"
    )
    assert waits in shown
    assert "点到牵头部门自己，由县领导直接审定" in shown
    shown = leader.get(PAGE).text
    assert shown.count("同意点名</button>") == 1
    assert "签发通报" not in shown
    clock.set(at(2026, 10, 12))
    assert "2026年10月10日以前没有说明，等牵头部门审定。" in clerk.get(PAGE).text
    for name in names(opened).values():
        opened.do(commands.drop_name, name.id, "试", actor=decider(name), on=ISSUED)
    shown = leader.get(PAGE).text
    assert "点名都已审定，等县领导签发。" in shown
    assert "签发通报</button>" in shown


def test_f_53_whoever_explained_by_telephone_can_be_decided_the_same_morning(opened):
    draft(opened)
    village = names(opened)["上坝村"]
    with opened.sessions() as session:
        assert REPLY_DUE > CUT_OFF
        assert not queries.is_heard(session, village, queries.bulletin(session, MONTH), CUT_OFF)
    opened.do(
        commands.explain,
        village.id,
        "停电",
        actor=replace(CLERK, account="clerk-2"),
        on=CUT_OFF,
        on_behalf=Behalf("村文书", "来电"),
    )
    assert village.code == OTHER_VILLAGE
    name = opened.do(commands.accept_explanation, village.id, actor=CLERK, on=CUT_OFF)
    assert name.state is NameState.EXCUSED
