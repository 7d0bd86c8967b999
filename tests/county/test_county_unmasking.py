"""Whole numbers of a case are for the clerk who verifies it and who reported it and calls there;
everybody else says what for. Page, door for programs and trip sheet ask the same tables.
"""

import pytest
from sqlalchemy import text
from sqlmodel import select

from rulebook.masking import mask_id, mask_phone
from schemas.codes import RiskCause, Role, Tier
from services.county.cases.models import Source
from tests.county.personas import MONTH, VILLAGE, agreed, body, day, signed, submitted
from tests.county.test_intake import the_case
from tests.helpers.posts import post

PHONE = "16000000001"
FORM = {"purpose": "INSPECTION", "words": "省级抽查"}


@pytest.fixture
def case(county) -> str:
    """Reported by the village and by team D1, which both know the telephone."""
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    case = the_case(county)
    with county.sessions.begin() as session:
        for source in session.exec(select(Source)):
            source.phone = PHONE
        team = Source(
            finding="of-team",
            case=case.id,
            tier=Tier.COUNTY,
            reporter="D1",
            month=MONTH,
            household=case.household,
            village=VILLAGE,
            causes=[RiskCause.ILLNESS],
            found_on=day(20),
            received_on=day(24),
            head_name="户主1",
            id_number=county.id_number(1),
            phone=PHONE,
        )
        session.add(team)
    return case.id


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.COUNTY_CLERK, (True, True)),
        (Role.COUNTY_LEADER, (False, False)),
        (Role.LEADING_GROUP, (False, False)),
        (Role.SUPERVISOR, (False, False)),
        (Role.VILLAGE_CLERK, (False, True)),
        (Role.TOWNSHIP_CLERK, (False, False)),
        (Role.HELPER, (False, False)),
        (Role.UNIT_HEAD, (False, False)),
    ],
)
def test_page_and_program_are_told_the_numbers_that_the_post_needs(
    county, client, case, role, sees
):
    browser = client("county", post(role))
    for path in (f"/county/cases/{case}", f"/county/api/cases/{case}"):
        shown = browser.get(path)
        assert shown.status_code == 200
        assert (county.id_number(1) in shown.text, PHONE in shown.text) == sees, path


@pytest.mark.parametrize("role", [Role.COUNTY_LEADER, Role.SUPERVISOR])
def test_who_reads_them_masked_says_what_for_and_sees_them_once(county, client, case, role):
    browser, path = client("county", post(role)), f"/county/cases/{case}"
    page = browser.get(path).text
    assert mask_id(county.id_number(1)) in page
    assert mask_phone(PHONE) in page
    assert "查看完整号码" in page
    seen = browser.post(f"{path}/unmasking", data=FORM)
    assert (seen.status_code, county.id_number(1) in seen.text, PHONE in seen.text) == (
        *(200, True, True),
    )
    assert county.id_number(1) not in browser.get(path).text
    with county.sessions() as session:
        kept = session.execute(text("SELECT kind, purpose FROM audit WHERE deed = 'unmask_case'"))
        assert [tuple(row) for row in kept] == [("read", "审计或者纪检查阅：省级抽查")]


@pytest.mark.parametrize(
    "stranger",
    [
        post(Role.LEADING_GROUP),
        post(Role.TOWNSHIP_HEAD),
        post(Role.HELPER),
        post(Role.UNIT_HEAD, "U002"),
        post(Role.SUPERVISOR, "D2"),
        post(Role.ADMINISTRATOR),
    ],
    ids=lambda one: one.account,
)
def test_who_reads_no_number_unmasks_none(county, client, case, stranger):
    browser = client("county", stranger)
    refused = browser.post(f"/county/cases/{case}/unmasking", data=FORM)
    assert refused.status_code == 403
    assert county.id_number(1) not in refused.text
    assert "查看完整号码" not in browser.get(f"/county/cases/{case}").text


def test_the_trip_sheet_has_telephones_for_who_goes_there(client, case):
    for role, whole in ((Role.COUNTY_CLERK, True), (Role.COUNTY_LEADER, False)):
        sheet = client("county", post(role)).get("/county/trips").text
        assert (PHONE in sheet, mask_phone(PHONE) in sheet) == (whole, not whole), role


def test_the_ledger_and_its_workbook_show_nobody_a_whole_number(county, client, case):
    office = client("county", post(Role.COUNTY_CLERK))
    for path in ("/county/ledger", "/county/api/ledger", "/county/search?q=户主"):
        told = office.get(path)
        assert county.id_number(1) not in told.text, path
    assert "id_hash" not in str(body(office.get(f"/county/api/cases/{case}")))
