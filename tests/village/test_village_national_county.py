"""A county's whole export in, out and in again, and the data checks over it (A14, Done-when 3)."""

from dataclasses import replace

from sqlmodel import Session, select

from kit.sheets.sheet import FormAsked
from rulebook.national import Household as NationalHousehold
from rulebook.national import rows
from rulebook.national.columns import COLUMNS
from schemas.village import HouseholdRegistered, NationalImported
from services.village.checks import commands as checks
from services.village.checks.models import DataFinding
from services.village.national import queries
from services.village.national.documents import national_form
from services.village.national.rules import monitoring_of
from services.village.register import queries as register_queries
from services.village.register.models import Household
from tests.helpers.national import COUNTY, YEAR, invented_county
from tests.rulebook.checks.planted import HITS, Builder
from tests.village.personas import MONTH, OFFICE, on
from tests.village.test_village_national import confirm, drop_rows, places, waiting

HOUSEHOLDS = 3_000
BY_TIME = "INCLUDED_LATE"  # of a lead of the month's lists, not of an export
NUMBER = [column.name for column in COLUMNS].index("户编号")
assert places  # the fixture


def planted_county() -> tuple[list[NationalHousehold], set[tuple[str, str]]]:
    """An invented county and the errors in it: the household's number and the check's code."""
    county, errors = invented_county(HOUSEHOLDS), set()
    for at, code in enumerate(code for code in HITS if code != BY_TIME):
        household = HITS[code](Builder(5_000 + at))
        errors.add((household.number, code))
        county[at * 30] = household
    one, other = county[-1], county[-2]
    county[-2] = replace(other, phone=one.phone)
    return county, errors | {(each.number, "PHONE_IN_SEVERAL") for each in (one, other)}


def out(session: Session) -> list[list[str]]:
    """The rows that leave, with the three heading rows."""
    form = national_form(session, FormAsked(OFFICE, MONTH, on(18)))
    heading = list(rows((), county=COUNTY, year=YEAR))
    assert heading[0][0] == form.title
    return heading + [list(row.values()) for row in form.rows]


def found(session: Session) -> set[tuple[str, str]]:
    for village in register_queries.villages(session):
        checks.check_village(session, village.code, on=on(18))
    checks.check_between(session, on=on(18))
    session.flush()
    statement = select(Household.number, DataFinding.code)
    return set(session.exec(statement.join(DataFinding, DataFinding.household == Household.id)))


def test_done_3_a_county_of_3000_households_goes_in_comes_out_and_goes_in_again(
    session, places, heard
):
    county, errors = planted_county()
    assert len({code for _, code in errors}) >= 40
    came = [list(line) for line in rows(county, county=COUNTY, year=YEAR)]
    assert all(isinstance(cell, str) for line in came for cell in line)
    before = len(heard(session, HouseholdRegistered))
    report = drop_rows(session, came)
    assert (report.refused, report.taken) == ([], 0)
    confirm(session)
    told = len(heard(session, HouseholdRegistered))
    assert told == before + HOUSEHOLDS

    left = out(session)
    assert left[:3] == came[:3]
    numbers = {household.number for household in county}
    ours = [line for line in left[3:] if line[NUMBER] in numbers]
    assert sorted(ours) == sorted(came[3:])

    drop_rows(session, left)
    assert queries.compared(session, waiting(session)).difference.nothing
    confirm(session)
    assert len(heard(session, HouseholdRegistered)) == told

    assert {error for error in found(session) if error[0] in numbers} == errors
    _told_of_monitoring(session, heard, county)


def _told_of_monitoring(session, heard, county) -> None:
    """Casework hears of everybody who is monitored, in as many parts as it takes."""
    parts = heard(session, NationalImported)
    first = parts[: [part.more for part in parts].index(False) + 1]
    said = sorted(
        (
            one.model_dump(exclude={"household", "sealed"})
            for part in first
            for one in part.households
        ),
        key=str,
    )
    assert said == sorted(map(monitoring_of, (one for one in county if one.monitored)), key=str)
