"""The national system's export against the register: shown first, confirmed by a person (A14)."""

from dataclasses import replace

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit.errors import Conflict
from kit.sheets.sheet import Handing, RawSheet, SheetReport, recognise
from rulebook.national import rows
from schemas.village import HouseholdRegistered
from services.village.national import commands, queries
from services.village.national.models import NationalRow
from services.village.national.rules import ImportState, entry_of, fingerprint, household_of
from services.village.register import commands as register_commands
from services.village.register.forms import DivisionDraft
from services.village.register.models import Household
from tests.helpers.national import COUNTY, TOWNSHIPS, YEAR, invented_county
from tests.village.personas import CLERK, MONTH, OFFICE, at, on


@pytest.fixture
def places(session):
    """The invented county's townships and villages, beside the others."""
    drafts = []
    for township, (name, villages) in enumerate(TOWNSHIPS.items()):
        drafts.append(DivisionDraft(division=f"99012130{township}000", name=name))
        drafts += [
            DivisionDraft(division=f"99012130{township}20{at}", name=village)
            for at, village in enumerate(villages)
        ]
    register_commands.name_divisions(session, drafts, actor=OFFICE)


def drop(session, households, county=COUNTY, year=YEAR, without="") -> SheetReport:
    """Put the export on the import page."""
    lines = [list(line) for line in rows(households, county=county, year=year)]
    if without:
        lines = [
            [cell for cell, name in zip(line, lines[2], strict=True) if name != without]
            for line in lines
        ]
    return drop_rows(session, lines)


def drop_rows(session, lines) -> SheetReport:
    raw = RawSheet(file="监测对象信息.xlsx", title="Sheet1", rows=lines)
    sheet = recognise(raw, service_named("village").sheets)
    assert sheet.kind.name == "national"
    how = Handing(actor=OFFICE, on=on(18), now=at(18), month=MONTH)
    return sheet.kind.take(session, sheet, how)


def waiting(session):
    return next(one for one in queries.imports(session) if one.state is ImportState.WAITING)


def confirm(session):
    one = waiting(session)
    shown = fingerprint(queries.compared(session, one).difference)
    return commands.confirm_national(session, one.id, shown=shown, actor=OFFICE, on=on(18))


def register_of(session, households) -> list:
    """What the register says of them now, each in the export's order of persons."""
    session.expire_all()
    numbers = [household.number for household in households]
    stored = session.exec(select(Household).where(Household.number.in_(numbers))).all()
    return queries.checkable(session, stored)


def test_an_entry_is_the_household_again():
    for household in invented_county(60):
        assert household_of(entry_of(household)) == household


def test_nothing_is_in_the_register_before_it_is_confirmed(session, places):
    households = invented_county(5)
    report = drop(session, households)
    assert (report.taken, report.refused) == (0, [])
    assert any("新增5户" in note for note in report.notes)
    assert register_of(session, households) == []
    confirm(session)
    assert {one.number for one in register_of(session, households)} == {
        one.number for one in households
    }
    assert session.exec(select(NationalRow)).all() == []


def test_in_and_in_again_changes_nothing(session, places, heard):
    households = invented_county(40)
    drop(session, households)
    confirm(session)
    told = len(heard(session, HouseholdRegistered))
    drop(session, register_of(session, households))
    assert queries.compared(session, waiting(session)).difference.nothing
    confirm(session)
    assert len(heard(session, HouseholdRegistered)) == told


def test_what_changed_is_shown_field_by_field_and_gone_stays(session, places):
    first, second, third = invented_county(3)
    drop(session, [first, second, third])
    confirm(session)
    drop(session, [replace(first, house_unsafe=True), second])
    found = queries.compared(session, waiting(session)).difference
    assert [(one.column, one.after) for one in found.changed[0].changes] == [("是否危房户", True)]
    assert [one.number for one in found.gone] == [third.number]
    confirm(session)
    assert {one.number for one in register_of(session, [first, third])} == {
        first.number,
        third.number,
    }
    assert next(one for one in register_of(session, [first])).house_unsafe is True


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"county": "邻县"}, "整张表没有导入"),
        ({"year": YEAR - 1}, f"这是{YEAR - 1}年的导出"),
        ({"without": "住房面积"}, "缺少1列：住房面积"),
        # Without these it looks like the register's own sheet, or like no sheet that is known.
        ({"without": "监测对象类别"}, "缺少1列：监测对象类别"),
        ({"without": "户编号"}, "缺少1列：户编号"),
        ({"without": "与户主关系"}, "缺少1列：与户主关系"),
    ],
)
def test_another_countys_last_years_or_a_missing_column_is_refused_whole(
    session, places, how, said
):
    households = invented_county(3)
    of = (
        [replace(one, county=how["county"]) for one in households]
        if "county" in how
        else households
    )
    report = drop(session, of, **how)
    assert report.not_taken
    assert any(said in note for note in report.notes)
    assert queries.imports(session) == []
    assert register_of(session, households) == []


def test_what_was_not_looked_at_is_not_confirmed(session, places):
    drop(session, invented_county(2))
    with pytest.raises(Conflict, match="重新核对"):
        commands.confirm_national(
            session, waiting(session).id, shown="other", actor=OFFICE, on=on(18)
        )


def test_the_office_looks_at_it_and_confirms_on_the_page(session, places, client, clock):
    clock.set(at(18))
    first, second = invented_county(2)
    drop(session, [first, second])
    confirm(session)
    drop(session, [replace(first, per_head=9_000_00), second])
    one = waiting(session)
    session.commit()
    office, to = client("village", OFFICE), f"/village/national/{one.id}"
    assert to in office.get("/village/national").text
    shown = office.get(to).text
    assert "→ 9,000.00" in shown
    assert first.members[0].certificate not in shown
    assert client("village", CLERK).get(to).status_code == 403
    found = fingerprint(queries.compared(session, one).difference)
    session.commit()
    answer = office.post(f"{to}/confirmation", data={"shown": found}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    session.expire_all()
    assert queries.national_import(session, one.id).state is ImportState.TAKEN
    (row,) = register_of(session, [first])
    assert row.per_head == 9_000_00
    stored = session.exec(select(Household).where(Household.number == first.number)).one()
    page = office.get(f"/village/households/{stored.id}").text
    assert "9,000.00元" in page
