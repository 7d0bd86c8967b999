"""One household has one row in the ledger, whatever number it came under."""

import pytest
from sqlmodel import select

from kit.packs import pack
from schemas.codes import Level, Role, Stratum
from schemas.dispatch import HelpCompleted
from schemas.village import DivisionNamed
from services.county.cases.models import Case
from services.county.ledger import commands, queries
from services.county.ledger.forms import LedgerFilter, LedgerStatus, MonitoredForm
from services.county.ledger.views import LedgerRow
from services.county.statistics.queries import households
from services.county.verification.commands import record_visit
from services.county.verification.forms import VisitForm
from tests.conftest import actor, at
from tests.county.personas import (
    MONTH,
    OTHER_VILLAGE,
    SEEN,
    VILLAGE,
    agreed,
    day,
    signed,
    submitted,
)
from tests.county.test_intake import the_case
from tests.county.test_verification import CLERK, SCHOOL, verify, visited


def monitored(county, **more) -> None:
    fields = {
        "village": VILLAGE,
        "head_name": "户主1",
        "category": Stratum.MARGINAL,
        "persons": 2,
        "identified_on": "2026-03-05",
        "number": "H0001",
    } | more
    form = MonitoredForm.model_validate(fields)
    county.do(commands.enter_monitored_households, [form], actor=CLERK)


def a_new_risk(county, *, verified: bool = True) -> None:
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    if verified:
        visited(county, the_case(county))
        verify(county, the_case(county))


def rows(county, who=CLERK, **asked) -> list[LedgerRow]:
    with county.sessions() as session:
        page = queries.page(session, who, LedgerFilter(**asked))
        sheet = queries.every(session, who, LedgerFilter(**asked))
    assert page.total == len(page.rows) == len(sheet)
    return list(page.rows)


def number_of(county) -> dict:
    return {"number": None, "id_number": county.id_number(1)}


def number_of_a_child(county) -> dict:
    return {"number": None, "id_number": county.id_number(501)}


def same_number(county) -> dict:
    return {}


@pytest.mark.parametrize("registered_under", [same_number, number_of, number_of_a_child])
def test_f_03_a_new_risk_of_a_monitored_household_is_named_in_its_one_row(county, registered_under):
    monitored(county, **registered_under(county))
    a_new_risk(county)
    (row,) = rows(county)
    case = the_case(county)
    assert (row.status, row.category, row.lead, row.case) == (
        "监测中",
        "边缘易致贫户",
        case.number,
        case.id,
    )
    assert row.remarks == "新的风险并入监测，调整帮扶措施"
    assert rows(county, status=LedgerStatus.VERIFIED) == []
    assert rows(county, status=LedgerStatus.MONITORED) == [row]
    assert rows(county, q=case.number) == [row]


def test_f_03_the_register_may_come_after_the_ledger(county):
    """A household that the county monitors comes into the villages' register later."""
    monitored(county, number="H0007", head_name="户主7")
    finding = county.finding(7, household_id="h7")
    county.hear(submitted(finding), signed(*agreed(finding)))
    county.hear(county.household(7))
    visited(county, the_case(county))
    verify(county, the_case(county), SCHOOL)
    (row,) = rows(county)
    assert (row.status, row.head_name, row.lead) == ("监测中", "户主7", the_case(county).number)


def test_f_03_who_was_identified_twice_has_one_row_with_the_latest(county):
    gone = {"identified_on": "2023-01-05", "eliminated_on": "2024-06-01"}
    monitored(county, **gone)
    monitored(county, **number_of(county))
    (row,) = rows(county)
    assert (row.status, row.identified_on, row.eliminated_on) == ("监测中", day(5, 3), None)
    assert rows(county, status=LedgerStatus.ELIMINATED) == []


def test_f_03_the_figures_count_what_the_ledger_counts(county):
    """One household, identified once under its number and once under its head's ID number."""
    monitored(county, identified_on="2023-01-05", eliminated_on="2024-06-01")
    monitored(county, **number_of(county))
    with county.sessions() as session:
        totals = households.totals(session, pack(session, day(30)), MONTH)
    assert totals.all.cumulative.households == len(rows(county)) == 1
    assert totals.all.uneliminated.households == 1


def test_f_03_an_eliminated_household_says_what_follows(county, client, clock):
    clock.set(at(2026, 9, 30))
    monitored(county, identified_on="2023-01-05", eliminated_on="2024-06-01")
    a_new_risk(county)
    (row,) = rows(county)
    assert (row.status, row.remarks) == ("风险已消除", "新的风险已核实，按回退或再标注程序办理")
    page = client("county", CLERK).get(f"/county/cases/{the_case(county).id}").text
    assert "风险已在2024年6月1日消除" in page
    assert "按回退或再标注程序办理" in page


def test_f_03_the_case_says_since_when_its_household_is_monitored(county, client, clock):
    clock.set(at(2026, 9, 30))
    monitored(county)
    a_new_risk(county, verified=False)
    page = client("county", CLERK).get(f"/county/cases/{the_case(county).id}").text
    assert "这户已经是监测对象（边缘易致贫户，2026年3月5日识别）" in page


def test_f_03_two_verified_risks_of_one_household_are_one_row(county):
    from schemas.dispatch import HelpCompleted

    a_new_risk(county)
    first = the_case(county)
    county.hear(HelpCompleted(case=first.id, household="h1", on=day(16, 10)))
    later = county.finding(1)
    county.hear(
        submitted(later, on=day(18, 10), month="2026-10"),
        signed(*agreed(later), on=day(28, 10), month="2026-10"),
    )
    (row,) = rows(county)
    assert (row.status, row.lead) == ("已核实，待识别", first.number)


def test_f_03_who_reads_cases_alone_is_told_that_the_household_is_monitored(county):
    monitored(county)
    a_new_risk(county)
    helper = actor(Role.HELPER, "U001-01")
    (row,) = rows(county, helper)
    assert (row.status, row.case) == ("监测中", the_case(county).id)
    assert rows(county, helper, status=LedgerStatus.VERIFIED) == []
    assert rows(county, helper, category=Stratum.SUDDEN_HARDSHIP) == []


def test_f_09_the_search_finds_what_the_ledger_has(county, client, clock):
    clock.set(at(2026, 9, 30))
    a_new_risk(county)
    monitored(county, number="G0009", head_name="迪里·买买提（户主1）", identified_on="2026-04-01")
    office = client("county", CLERK)
    page = office.get("/county/search", params={"q": "户主1"}).text
    assert "监测台账（1）" in page
    assert "台账里没有找到" not in page
    page = office.get("/county/search", params={"q": "迪里•买"}).text
    assert "监测台账（1）" in page
    for nothing in ("%", "_", "·"):
        assert rows(county, q=nothing) == []


def test_f_03_the_difference_between_ledger_and_bulletin_is_said_and_adds_up(county, client, clock):
    """Two are monitored, one of them has a new risk; one is eliminated; one is verified only."""
    monitored(county)
    monitored(county, number="H0002", head_name="户主2")
    monitored(county, number="H0003", head_name="户主3", eliminated_on="2026-06-05")
    finding, new = county.finding(4), county.finding(1)
    county.hear(submitted(finding, new), signed(*agreed(finding, new)))
    with county.sessions() as session:
        cases = list(session.exec(select(Case)))
    for case in cases:
        visited(county, case)
        verify(county, case, SCHOOL)
    with county.sessions() as session:
        parts = queries.composition(session, CLERK)
        bulletin = households.totals(session, pack(session, day(30)), MONTH).all.cumulative
        monitored_now = households.monitored_now(session, day(30))
    assert (parts.monitored, parts.eliminated, parts.verified) == (2, 1, 1)
    assert parts.total == len(rows(county)) == bulletin.households + parts.verified
    assert parts.monitored == monitored_now == len(rows(county, status=LedgerStatus.MONITORED))
    clock.set(at(2026, 9, 30))
    sentence = (
        "台账共4户：已识别3户（监测中2户、风险已消除1户），已核实、待识别1户。"
        "通报的累计监测户数只算已识别的。"
    )
    office = client("county", CLERK)
    assert sentence in office.get("/county/ledger").text
    clock.set(at(2026, 10, 8))
    office.post(f"/county/bulletins/{MONTH}/draft")
    shown = office.get(f"/county/bulletins/{MONTH}").text
    assert "累计监测3户" in shown
    assert f"现在{sentence}" in shown


@pytest.fixture
def moved(county):
    """Household 1, monitored and verified in one village, comes to the other, as by a merge."""
    county.hear(
        DivisionNamed(
            division=OTHER_VILLAGE, name="石桥村", level=Level.VILLAGE, parent=OTHER_VILLAGE[:9]
        )
    )
    county.hear(county.household(1))
    a_new_risk(county)
    county.hear(county.household(1, village=OTHER_VILLAGE, group="02"))
    return county


@pytest.mark.parametrize("is_monitored", [True, False])
def test_f_15_after_a_merge_the_row_stands_where_the_register_says(moved, is_monitored):
    if is_monitored:
        monitored(moved)
    (row,) = rows(moved)
    assert (row.village, row.group) == ("石桥村", "02")
    assert rows(moved, place=OTHER_VILLAGE) == [row]
    assert rows(moved, place=VILLAGE) == []
    with moved.sessions() as session:
        assert queries.villages(session, CLERK) == {OTHER_VILLAGE}


@pytest.mark.parametrize("is_monitored", [True, False])
def test_f_15_after_a_merge_the_people_of_the_new_place_see_the_row(moved, is_monitored):
    if is_monitored:
        monitored(moved)
    (row,) = rows(moved)
    for who in (
        actor(Role.VILLAGE_CLERK, OTHER_VILLAGE),
        actor(Role.TOWNSHIP_CLERK, f"{OTHER_VILLAGE[:9]}000"),
    ):
        assert rows(moved, who) == [row]
        assert rows(moved, who, status=LedgerStatus.MONITORED) == ([row] if is_monitored else [])
    assert rows(moved, actor(Role.VILLAGE_CLERK, "990121100299")) == []
    assert rows(moved, actor(Role.TOWNSHIP_CLERK, "990121200000")) == []


@pytest.mark.parametrize("is_monitored", [True, False])
def test_f_15_a_household_that_comes_to_another_township_is_seen_there(county, is_monitored):
    if is_monitored:
        monitored(county)
    a_new_risk(county)
    there = actor(Role.TOWNSHIP_CLERK, "990121200000")
    assert rows(county, there) == []
    county.hear(county.household(1, village="990121200201"))
    assert [row.lead for row in rows(county, there)] == [the_case(county).number]


@pytest.mark.parametrize("is_monitored", [True, False])
def test_f_63_the_last_visit_is_the_latest_in_whatever_case(county, is_monitored):
    """Verified in September; in November the office sees the household for a new finding."""
    if is_monitored:
        monitored(county)
    a_new_risk(county)
    first = the_case(county)
    county.hear(HelpCompleted(case=first.id, household="h1", on=day(16, 10)))
    again = county.finding(1)
    county.hear(
        submitted(again, on=day(3, 11)).model_copy(update={"month": "2026-11"}),
        signed(*agreed(again), on=day(4, 11)).model_copy(update={"month": "2026-11"}),
    )
    with county.sessions() as session:
        (second,) = session.exec(select(Case).where(Case.previous == first.id))
    visit = VisitForm(on=day(5, 11), visitors="林经办", **SEEN)
    county.do(record_visit, second.id, visit, actor=CLERK, on=day(5, 11))
    (row,) = rows(county)
    assert (row.lead, row.last_visit) == (first.number, day(5, 11))
