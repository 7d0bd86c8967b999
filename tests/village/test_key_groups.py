"""Key groups of the register (C-08, C-09, C-11): tagged from members' data, or by hand."""

from io import BytesIO

import openpyxl
import pytest
from sqlmodel import Session, select

from kit.deadlines import Due
from kit.errors import Forbidden, Refused
from rulebook.packs.tags import Sign
from schemas.codes import Role
from services.village.checks import jobs
from services.village.key_groups import commands, queries
from services.village.key_groups.forms import KeyGroupFilter, TagForm, UntagForm
from services.village.key_groups.models import KeyGroupHousehold
from services.village.register.models import Household
from tests.village.personas import (
    CLERK,
    LEADER,
    MAJIA,
    MAJIA_CLERK,
    OFFICE,
    SHIQIAO,
    TOWNSHIP_CLERK,
    at,
    on,
    who,
)
from tests.village.test_checks import enter, whole

SECRETARY = who(Role.VILLAGE_SECRETARY, SHIQIAO)


@pytest.fixture
def tagged(session: Session) -> Session:
    """H1's head has a serious illness, H4's (of another village) a disability of the first level; H2
    shows nothing.
    """
    enter(
        session,
        whole("H1", SHIQIAO, 1, health="患有大病"),
        whole("H2", SHIQIAO, 2),
        whole("H4", MAJIA, 4, health="残疾", disability="肢体二级"),
    )
    run(session, 3)
    return session


def run(session: Session, day: int) -> None:
    for village in (SHIQIAO, MAJIA):
        jobs.check_village(session, Due(village, at(day)))
    session.flush()


def household(session: Session, number: str) -> Household:
    return session.exec(select(Household).where(Household.number == number)).one()


def groups(session: Session) -> set[tuple[str, str, Sign | None]]:
    rows = session.exec(
        select(Household.number, KeyGroupHousehold).join(
            Household, Household.id == KeyGroupHousehold.household
        )
    )
    return {(number, row.key_group, row.sign) for number, row in rows}


def counted(session: Session, actor) -> dict[str, tuple[int, int]]:
    pack = queries.pack_on(session, on(3))
    counts = queries.counts(session, actor, KeyGroupFilter(), pack)
    return {c.group.code: (c.households, c.by_hand) for c in counts if c.households}


ILL = {("H1", "SERIOUS_ILLNESS", Sign.SERIOUS_ILLNESS), ("H1", "KEY-01", Sign.SERIOUS_ILLNESS)}


def test_who_must_be_visited_is_seen_from_the_register(tagged):
    assert {one for one in groups(tagged) if one[0] == "H1"} == ILL
    assert not [one for one in groups(tagged) if one[0] == "H2"]
    assert ("H4", "SEVERE_DISABILITY", Sign.SEVERE_DISABILITY) in groups(tagged)
    (row,) = [
        row
        for row in queries.of_household(tagged, household(tagged, "H1").id)
        if row.key_group == "KEY-01"
    ]
    assert (row.persons, row.since) == ("陈红梅", on(3))


def test_what_is_so_no_more_ends_and_a_second_run_changes_nothing(tagged):
    before = {row.id: row.model_dump() for row in tagged.exec(select(KeyGroupHousehold))}
    run(tagged, 4)
    assert {row.id: row.model_dump() for row in tagged.exec(select(KeyGroupHousehold))} == before
    ill = household(tagged, "H1")
    ill.members = [member | {"health": "健康"} for member in ill.members]
    tagged.flush()
    run(tagged, 5)
    assert not [one for one in groups(tagged) if one[0] == "H1"]


def test_somebody_tags_what_no_data_say_and_takes_it_back(tagged):
    id = household(tagged, "H2").id
    form = TagForm(key_group="LEFT_BEHIND", note="父母在外地务工")
    for _ in range(2):
        commands.tag_household(tagged, id, form, actor=CLERK, on=on(4))
        tagged.flush()
    run(tagged, 5)  # what people tagged stays
    assert [one for one in groups(tagged) if one[0] == "H2"] == [("H2", "LEFT_BEHIND", None)]
    assert counted(tagged, OFFICE)["LEFT_BEHIND"] == (1, 1)
    commands.untag_household(tagged, id, UntagForm(key_group="LEFT_BEHIND"), actor=TOWNSHIP_CLERK)
    tagged.flush()
    assert "LEFT_BEHIND" not in counted(tagged, OFFICE)
    with pytest.raises(Refused, match="没有这项人工标注"):
        commands.untag_household(tagged, id, UntagForm(key_group="LEFT_BEHIND"), actor=CLERK)


def test_what_the_data_say_nobody_tags_and_nobody_tags_another_place(tagged):
    id = household(tagged, "H2").id
    with pytest.raises(Refused, match="不用人工标注"):
        commands.tag_household(
            tagged, id, TagForm(key_group="SERIOUS_ILLNESS"), actor=CLERK, on=on(4)
        )
    for actor in (MAJIA_CLERK, SECRETARY, LEADER, OFFICE):
        with pytest.raises(Forbidden):
            commands.tag_household(
                tagged, id, TagForm(key_group="LEFT_BEHIND"), actor=actor, on=on(4)
            )


def test_a_household_off_the_register_is_of_no_group(tagged):
    gone = household(tagged, "H1")
    gone.on_register = False
    tagged.flush()
    run(tagged, 4)
    assert not [one for one in groups(tagged) if one[0] == "H1"]
    with pytest.raises(Refused, match="不在登记册"):
        commands.tag_household(
            tagged, gone.id, TagForm(key_group="LEFT_BEHIND"), actor=CLERK, on=on(4)
        )


def test_everybody_counts_what_lies_in_his_place(tagged):
    assert counted(tagged, OFFICE)["SEVERE_DISABILITY"] == (1, 0)
    assert "SEVERE_DISABILITY" not in counted(tagged, CLERK)
    assert "SERIOUS_ILLNESS" not in counted(tagged, MAJIA_CLERK)


def test_the_list_and_its_sheet_are_of_the_own_place(client, tagged, session):
    session.commit()
    page = client("village", CLERK).get("/village/key-groups")
    assert "大病重病患者家庭" in page.text
    assert "陈红梅" in page.text
    assert "王军" not in page.text
    sheet = openpyxl.load_workbook(
        BytesIO(client("village", CLERK).get("/village/key-groups.xlsx").content)
    )
    text = "\n".join(str(cell) for row in sheet.active.iter_rows(values_only=True) for cell in row)
    assert "陈红梅" in text
    assert "王军" not in text
    home = f"/village/key-groups/{household(session, 'H1').id}"
    assert "患有大病" in client("village", CLERK).get(home).text
    assert client("village", MAJIA_CLERK).get(home).status_code == 403
