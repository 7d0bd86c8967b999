"""Dated changes of households: who came, who left, and what an export said (D3)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from kit.errors import Forbidden, Refused
from rulebook.ids import make_id
from schemas.village import HouseholdRegistered
from services.village.changes import commands, queries
from services.village.changes.forms import ComingForm, LeavingForm
from services.village.changes.rules import ChangeKind
from services.village.persons.models import Person
from services.village.register import commands as register_commands
from services.village.register.forms import HouseholdDraft
from services.village.register.models import Household
from tests.helpers.national import invented_county
from tests.village.personas import CLERK, OFFICE, SHIQIAO, TOWNSHIP_CLERK, on, person
from tests.village.test_village_national import confirm, drop, places

assert places  # the fixture
BORN = date(2026, 9, 3)
BABY = make_id("990121", BORN, 7)


@pytest.fixture
def household(session) -> Household:
    """A head and a spouse."""
    spouse = person("周小禾", 702).model_copy(update={"relationship": "配偶"})
    draft = HouseholdDraft(
        number="C1", village=SHIQIAO, group="01", members=[person("周禾", 701), spouse]
    )
    register_commands.register_households(session, [draft], actor=OFFICE, on=on(1))
    return session.exec(select(Household).where(Household.number == "C1")).one()


def baby(**more) -> ComingForm:
    usual = {"kind": ChangeKind.BORN, "on": BORN, "name": "周苗", "id_number": BABY}
    return ComingForm(**usual | {"relationship": "之女"} | more)


def leaving(session, household, **more) -> LeavingForm:
    (key,) = queries.may_leave(session, household)
    return LeavingForm(**{"kind": ChangeKind.DIED, "on": on(10), "person": key} | more)


def test_a_birth_is_a_dated_row_and_the_register_follows(session, household, heard):
    told = len(heard(session, HouseholdRegistered))
    commands.come(session, household.id, baby(), actor=TOWNSHIP_CLERK, on=on(18))
    session.flush()
    session.refresh(household)
    assert [one["name"] for one in household.members] == ["周禾", "周小禾", "周苗"]
    assert household.size == 3
    (row,) = queries.changes(session, household.id)
    assert (row.kind, row.person, row.on, row.noted_on) == (ChangeKind.BORN, "周苗", BORN, on(18))
    since = session.exec(select(Person.since).where(Person.id_hash == row.id_hash)).one()
    assert since == BORN
    assert len(heard(session, HouseholdRegistered)) == told + 1
    with pytest.raises(Refused, match="已经是本户成员"):
        commands.come(session, household.id, baby(), actor=TOWNSHIP_CLERK, on=on(18))


def test_who_dies_leaves_on_that_day(session, household):
    form = leaving(session, household, reason="因病去世")
    commands.leave(session, household.id, form, actor=OFFICE, on=on(18))
    session.flush()
    session.refresh(household)
    assert ([one["name"] for one in household.members], household.size) == (["周禾"], 1)
    (row,) = queries.changes(session, household.id)
    assert (row.kind, row.reason) == (ChangeKind.DIED, "因病去世")
    until = session.exec(select(Person.until).where(Person.id_hash == row.id_hash)).one()
    assert until == on(10)
    assert queries.may_leave(session, household) == {}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"on": date(1900, 1, 1)}, "死亡日期早于出生日期"),
        ({"on": on(20)}, "不能晚于今天"),
        ({"person": "nobody"}, "本户没有这个人"),
    ],
)
def test_what_cannot_be_is_refused(session, household, more, said):
    form = leaving(session, household, **more)
    with pytest.raises(Refused, match=said):
        commands.leave(session, household.id, form, actor=OFFICE, on=on(18))
    assert queries.changes(session, household.id) == []


def test_a_head_leaves_when_another_heads_the_household(session, household):
    form = leaving(session, household, person=queries.key(session, household.members[0]))
    with pytest.raises(Refused, match="新的户主"):
        commands.leave(session, household.id, form, actor=OFFICE, on=on(18))


def test_a_birth_on_another_day_than_the_number_says(session, household):
    with pytest.raises(Refused, match="与身份证号码不一致"):
        commands.come(session, household.id, baby(on=on(4)), actor=OFFICE, on=on(18))


def test_a_village_sees_it_and_does_not_enter_it(session, household, client, clock):
    session.commit()
    to = f"/village/households/{household.id}/changes"
    page = client("village", CLERK).get(to)
    assert page.status_code == 200
    assert "来了人" not in page.text
    office = client("village", OFFICE).get(to).text
    assert "来了人" in office
    assert "少了人" in office
    with pytest.raises(Forbidden):
        commands.come(session, household.id, baby(), actor=CLERK, on=on(18))


def test_what_an_export_says_of_persons_is_dated_by_its_day(session, places):
    one = next(each for each in invented_county(40) if len(each.members) == 3)
    drop(session, [one])
    confirm(session)
    drop(session, [replace(one, members=one.members[:2])])
    confirm(session)
    stored = session.exec(select(Household).where(Household.number == one.number)).one()
    (row,) = queries.changes(session, stored.id)
    assert (row.kind, row.person, row.on) == (ChangeKind.UNNAMED, one.members[2].name, on(18))
