"""One number, one household: members too (G-09, F-04)."""

import threading

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from backstop.services import service_named
from kit.clock import SimulatedClock
from kit.errors import Conflict, Forbidden, Refused
from kit.seal import id_hash
from kit.sheets.sheet import Handing, RawSheet, recognise
from schemas.codes import Role
from schemas.values import Member
from schemas.village import HouseholdRegistered
from services.village.duplicates import commands, queries
from services.village.duplicates.tasks import tasks
from services.village.persons.jobs import prepare
from services.village.persons.models import Person
from services.village.register import commands as register_commands
from services.village.register import sheets
from services.village.register.forms import HouseholdDraft, Newcomer
from services.village.register.models import Household
from tests.village.personas import (
    HOUSEHOLDS,
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
SON = person("陈小安", 700, "之子")


def with_members(draft: HouseholdDraft, *members: Member) -> HouseholdDraft:
    return draft.model_copy(update={"members": [*draft.members, *members]})


def enter(session: Session, *drafts: HouseholdDraft, actor=OFFICE, day: int = 5):
    return register_commands.register_households(session, drafts, actor=actor, on=on(day))


def stored(session: Session, number: str) -> Household:
    return session.exec(select(Household).where(Household.number == number)).one()


def rows_of(session: Session, member: Member) -> list[tuple]:
    """Number of the household, since, until, disputed; in the order in which they were written."""
    statement = (
        select(Household.number, Person.since, Person.until, Person.disputed)
        .join(Person, col(Person.household) == Household.id)
        .where(Person.id_hash == id_hash(session, member.id_number))
    )
    return [tuple(row) for row in session.execute(statement.order_by(col(Person.id)))]


@pytest.fixture
def son(session) -> Session:
    """陈小安 is a member of H1."""
    enter(session, with_members(HOUSEHOLDS[0], SON), day=2)
    return session


@pytest.fixture
def disputed(son) -> list[Household]:
    """As from before the rule held: he is in two entries; the first by its id holds him."""
    third = stored(son, "H3")
    third.members, third.size = [*third.members, SON.model_dump(exclude_none=True)], 3
    son.flush()
    son.execute(text("DELETE FROM person"))
    prepare(son, SimulatedClock(at(5)))
    son.expire_all()
    return sorted((stored(son, "H1"), stored(son, "H3")), key=lambda household: household.id)


def claimed(holder: Household, other: Household) -> list[tuple]:
    return [(holder.number, None, None, False), (other.number, None, None, True)]


def test_g_09_a_member_of_another_household_is_refused_and_told_where(son):
    with pytest.raises(Refused) as refused:
        enter(son, with_members(household("N6", MAJIA, "01", "孙家旺", 60), SON))
    sentence = str(refused.value)
    assert "陈小安的身份证号码已登记为户编号H1（河湾镇石桥村陈红梅户）的成员" in sentence
    assert "一起登记" in sentence
    assert rows_of(son, SON) == [("H1", on(2), None, False)]


def test_g_09_whose_household_it_is_only_those_read_who_may(son):
    moved = with_members(household("N6", YUNTAI, "01", "孙家旺", 60), SON)
    with pytest.raises(Refused, match=r"户编号H1（河湾镇石桥村）的成员"):
        enter(son, moved, actor=OTHER_CLERK)


@pytest.mark.parametrize("as_head", [True, False])
def test_f_04_a_head_is_no_member_elsewhere_and_a_member_no_head(son, as_head):
    draft = household("N6", MAJIA, "01", "孙家旺", 60)
    if as_head:
        draft.members = [SON.model_copy(update={"relationship": "户主"})]
    else:
        draft = with_members(draft, person("刘强丽", 2, "之母"))
    with pytest.raises(Refused, match="户编号H1.*的成员" if as_head else "户编号H2.*的户主"):
        enter(son, draft)


def test_f_04_two_households_of_one_set_cannot_share_a_member(session):
    with pytest.raises(Refused, match="陈小安的身份证号码已登记为户编号N1"):
        enter(
            session,
            with_members(household("N1", MAJIA, "01", "孙家旺", 60), SON),
            with_members(household("N2", MAJIA, "01", "孙家兴", 61), SON),
        )


def test_f_04_one_number_twice_in_a_household_is_refused(session):
    draft = with_members(household("N1", MAJIA, "01", "孙家旺", 60), SON, SON)
    with pytest.raises(Refused, match="陈小安的身份证号码与本户另一人相同"):
        enter(session, draft)


def test_g_09_who_founds_a_household_leaves_the_old_one(son):
    """分户: both entries come together, the old row is closed and a new one opened."""
    founded = HouseholdDraft(
        number="N6",
        village=SHIQIAO,
        group="01",
        members=[SON.model_copy(update={"relationship": "户主"})],
    )
    enter(son, founded, HOUSEHOLDS[0], day=6)
    assert rows_of(son, SON) == [("H1", on(2), on(6), False), ("N6", on(6), None, False)]


def test_g_09_who_left_a_household_may_come_into_another(son):
    """迁入: first out of the old entry, later into the new one."""
    enter(son, HOUSEHOLDS[0], day=6)
    enter(son, with_members(HOUSEHOLDS[4], SON), day=8)
    assert rows_of(son, SON) == [("H1", on(2), on(6), False), ("H5", on(8), None, False)]


def test_the_same_entry_again_changes_no_person(son):
    before = son.execute(text("SELECT * FROM person ORDER BY id")).all()
    assert enter(son, with_members(HOUSEHOLDS[0], SON), day=9).unchanged == 1
    assert son.execute(text("SELECT * FROM person ORDER BY id")).all() == before


def test_g_09_the_database_holds_the_rule_for_members(son):
    other = stored(son, "H3")
    son.add(Person(household=other.id, id_hash=id_hash(son, SON.id_number)))
    with pytest.raises(Exception, match="uq_person_open"):
        son.flush()


def import_people(session: Session, *people: tuple[str, Member]):
    """A register's workbook: number of the household, person."""
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
    ]
    rows = [
        [number, "河湾镇", "马家村", "01", "一般户", one.name, one.id_number, "", one.relationship]
        for number, one in people
    ]
    raw = RawSheet(file="农户.xlsx", title="农户信息表", rows=[header, *rows])
    sheet = recognise(raw, service_named("village").sheets)
    handing = Handing(actor=OFFICE, on=on(2), now=at(2), month="2026-09")
    return sheet.kind.take(session, sheet, handing)


def test_f_04_the_workbook_refuses_the_row_of_that_member(son):
    """Nothing is half-taken: his household is refused, the others are taken."""
    report = import_people(
        son, ("N6", person("孙家旺", 60)), ("N6", SON), ("N7", person("孙家兴", 61))
    )
    assert report.taken == 1, report
    (refused,) = report.refused
    assert (refused.row, refused.name) == (3, "身份证号码")
    assert "已登记为户编号H1（河湾镇石桥村陈红梅户）的成员" in refused.reason
    assert son.exec(select(Household).where(Household.number == "N6")).first() is None


def test_g_09_a_sheet_may_name_the_new_household_before_the_old_one(son, monkeypatch):
    """Also where they come in different sets."""
    monkeypatch.setattr(sheets, "SET", 1)
    head, wife = HOUSEHOLDS[0].members
    founder = SON.model_copy(update={"relationship": "户主"})
    report = import_people(son, ("N6", founder), ("H1", head), ("H1", wife))
    assert (report.taken, report.refused) == (2, [])
    assert [row[0] for row in rows_of(son, SON) if row[2] is None] == ["N6"]


def test_g_09_a_member_is_no_newcomer(son):
    newcomer = Newcomer(name="陈小安", id_number=SON.id_number)
    with pytest.raises(Refused, match="户编号H1（河湾镇石桥村陈红梅户）的成员，请报那一户"):
        register_commands.enter_unregistered(son, SHIQIAO, newcomer, on=on(5))
    with pytest.raises(Refused, match="户编号H1（河湾镇石桥村）的成员"):
        register_commands.enter_unregistered(son, YUNTAI, newcomer, on=on(5))


def test_g_09_whom_a_report_named_gives_way_to_the_register_and_is_somebodys_task(session):
    """Nothing of the report is lost: the entry outside the register waits to be merged."""
    newcomer = Newcomer(name="陈小安", id_number=SON.id_number)
    named = register_commands.enter_unregistered(session, SHIQIAO, newcomer, on=on(3))
    enter(session, with_members(HOUSEHOLDS[0], SON))
    assert rows_of(session, SON) == [(None, on(3), None, True), ("H1", on(5), None, False)]
    assert [one.id for one in queries.doubles(session, TOWNSHIP_CLERK)] == [named.id]
    commands.merge_households(
        session,
        named.id,
        keep=stored(session, "H1").id,
        reason="家里人",
        actor=TOWNSHIP_CLERK,
        on=on(6),
    )
    assert rows_of(session, SON)[0] == (None, on(3), on(6), True)
    assert queries.doubles(session, TOWNSHIP_CLERK) == []


def test_g_09_four_desks_at_once_enter_one_member_once(sessions):
    said: list[str] = []

    def desk(number: int) -> None:
        draft = with_members(household(f"N{number}", MAJIA, "01", f"孙家{number}", number), SON)
        try:
            with sessions.begin() as session:
                enter(session, draft)
        except Refused as refused:
            said.append(str(refused))

    desks = [threading.Thread(target=desk, args=[number]) for number in (61, 62, 63, 64)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert len(said) == 3
    assert all("陈小安的身份证号码已登记为户编号N6" in sentence for sentence in said)
    with sessions() as session:
        assert len(rows_of(session, SON)) == 1


def test_g_09_doubles_of_before_are_disputed_and_a_task_and_nothing_is_merged(disputed, session):
    assert rows_of(session, SON) == claimed(*disputed)
    (task,) = tasks(session, TOWNSHIP_CLERK, on(6))
    assert task.objects == (f"household:{disputed[1].id}",)
    assert tasks(session, OTHER_CLERK, on(6)) == tasks(session, OFFICE, on(6)) == []
    assert [len(one.members) for one in disputed] == [3, 3]
    assert [one.merged_on for one in disputed] == [None, None]
    prepare(session, SimulatedClock(at(6)))  # the next start changes nothing
    assert len(rows_of(session, SON)) == 2


def test_g_09_what_was_disputed_before_may_be_entered_again(disputed, session):
    third = with_members(HOUSEHOLDS[2], SON)
    enter(session, third.model_copy(update={"size": 4}))
    assert rows_of(session, SON) == claimed(*disputed)


@pytest.mark.parametrize("keep", [0, 1])
def test_g_09_a_person_says_where_somebody_belongs(disputed, session, heard, keep):
    kept, left = disputed[keep], disputed[1 - keep]
    (claim,) = queries.claims(session, disputed[1])
    commands.place_person(
        session,
        disputed[1].id,
        claim.person.id,
        keep=kept.id,
        reason="未分户",
        actor=TOWNSHIP_CLERK,
        on=on(6),
    )
    open_rows = [row for row in rows_of(session, SON) if row[2] is None]
    assert open_rows == [(kept.number, None, None, False)]
    assert ["陈小安" in str(one.members) for one in (kept, left)] == [True, False]
    assert (left.size, tasks(session, TOWNSHIP_CLERK, on(6))) == (2, [])
    assert heard(session, HouseholdRegistered)[-1].household == left.id
    row = session.exec(select(Person).where(col(Person.until).is_not(None))).one()
    assert (row.by, row.reason) == (TOWNSHIP_CLERK.label, "未分户")
    with pytest.raises(Conflict, match="只登记在一户"):
        commands.place_person(
            session, kept.id, claim.person.id, keep=kept.id, reason="x", actor=OFFICE, on=on(6)
        )


def test_g_09_only_who_keeps_both_entries_says_it_and_no_head_leaves_like_this(disputed, session):
    first, third = disputed
    (claim,) = queries.claims(session, third)
    said = {"keep": third.id, "reason": "x", "on": on(6)}
    with pytest.raises(Forbidden):
        commands.place_person(session, third.id, claim.person.id, actor=OTHER_CLERK, **said)
    first.id_hash = claim.person.id_hash
    with pytest.raises(Refused, match=r"陈小安是户编号H\d.*的户主，请先改那一户的户主，或者并户"):
        commands.place_person(session, third.id, claim.person.id, actor=OFFICE, **said)


def test_g_09_who_left_the_first_household_is_disputed_no_more(disputed, session):
    holder, other = disputed
    enter(session, HOUSEHOLDS[0 if holder.number == "H1" else 2], day=6)
    assert rows_of(session, SON) == [
        (holder.number, None, on(6), False),
        (other.number, None, None, False),
    ]
    assert queries.doubles(session, TOWNSHIP_CLERK) == []


def test_g_09_the_page_shows_who_is_in_two_households_and_places_him(client, clock, sessions):
    clock.set(at(6))
    with sessions.begin() as session:
        enter(session, with_members(HOUSEHOLDS[0], SON), day=2)
        third = stored(session, "H3")
        third.members = [*third.members, SON.model_dump(exclude_none=True)]
        session.flush()
        session.execute(text("DELETE FROM person"))
        prepare(session, clock)
        id, keep = third.id, stored(session, "H1").id
        with_task = session.exec(select(Person.household).where(Person.disputed)).one()
        head = session.get(Household, with_task).head_name
    browser = client("village", TOWNSHIP_CLERK)
    assert f"{head}户" in browser.get("/village/doubles").text
    assert "有人同时登记在另一户" in browser.get(f"/village/households/{id}").text
    page = browser.get(f"/village/doubles/{id}").text
    assert "陈小安属于哪一户" in page
    assert "户编号H1（河湾镇石桥村陈红梅户）" in page
    (double,) = browser.get("/village/api/doubles").json()
    (claim,) = double["claims"]
    assert (claim["name"], {double["id"], *claim["others"]}) == ("陈小安", {id, keep})
    to = f"/village/doubles/{double['id']}/persons/{claim['person']}"
    done = browser.post(to, data={"keep": keep, "reason": "未分户"})
    assert done.status_code == 303
    assert browser.get("/village/api/doubles").json() == []
    again = browser.post(
        f"/village/api{to.removeprefix('/village')}", json={"keep": keep, "reason": "x"}
    )
    assert again.status_code == 409
