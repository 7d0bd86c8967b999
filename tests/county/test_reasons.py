"""Why somebody reported nil or signed over the silent, and who verified, are read where one decides."""

import re

import pytest
from sqlmodel import select

from kit.seal import seal
from schemas.codes import RiskCause, Role, VisitMode
from schemas.unit import Verification
from schemas.values import Name, ReasonWords
from services.county.cases.models import Case
from services.county.register.models import Household
from tests.conftest import actor, at
from tests.county.personas import (
    MONTH,
    OTHER_VILLAGE,
    VILLAGE,
    agreed,
    day,
    signed,
    submitted,
    unit_list,
    unit_signed,
)
from tests.county.test_intake import three_tiers


def test_f_02_why_nil_was_declared_over_the_silent_is_read_on_the_months_page(
    county, client, clock
):
    clock.set(at(2026, 9, 30))
    with county.sessions() as session:
        sealed = [
            seal(session, ReasonWords(reason=reason))
            for reason in ("组长外出，已电话问过", "上坝村停电")
        ]
    listed = submitted(nil=True).model_copy(update={"silent": ("01", "03"), "sealed": sealed[0]})
    township = signed(missing=(OTHER_VILLAGE,)).model_copy(update={"sealed": sealed[1]})
    nil = unit_list(nil=True).model_copy(update={"nil_reason": "一户外出，已与邻居核实"})
    county.hear(listed, township, nil)
    page = client("county", actor(Role.COUNTY_CLERK)).get(f"/county/months/{MONTH}").text
    for words in (
        "报时没有报的组：01组、03组",
        "零报告的原因：组长外出，已电话问过",
        "签发的原因：上坝村停电",
        "零报告的原因：一户外出，已与邻居核实",
    ):
        assert words in page
    administrator = client("county", actor(Role.ADMINISTRATOR))
    assert administrator.get(f"/county/months/{MONTH}").status_code == 403
    unit = client("county", actor(Role.UNIT_CLERK, "U001")).get(f"/county/months/{MONTH}").text
    assert ("已与邻居核实" in unit, "上坝村停电" in unit) == (True, False)


def test_n_11_who_of_the_unit_verified_is_read_beside_the_source(county, client, clock):
    clock.set(at(2026, 9, 30))
    verified, unverified = county.finding(1), county.finding(2)
    with county.sessions() as session:
        sealed = seal(session, Name(name="周明"))
    how = Verification(
        finding=verified.finding, on=day(20), how=VisitMode.FIELD_VISIT, sealed=sealed
    )
    county.hear(
        unit_list(verified, unverified).model_copy(
            update={"verifications": (how,), "unverified_reason": "农户外出"}
        ),
        unit_signed(*agreed(verified, unverified)),
    )
    office, helper = (
        client("county", actor(Role.COUNTY_CLERK)),
        client("county", actor(Role.HELPER, "U001-01")),
    )
    with county.sessions() as session:
        cases = {case.household: case.id for case in session.exec(select(Case))}
    assert "周明，2026年9月20日，实地走访" in office.get(f"/county/cases/{cases['h1']}").text
    assert "没有写明（农户外出）" in office.get(f"/county/cases/{cases['h2']}").text
    page = helper.get(f"/county/cases/{cases['h1']}").text
    assert ("2026年9月20日，实地走访" in page, "周明" in page) == (True, False)


@pytest.mark.parametrize(
    ("reader", "offered"),
    [
        (actor(Role.COUNTY_CLERK), {"石桥村", "上坝村"}),
        (actor(Role.VILLAGE_CLERK, VILLAGE), {"石桥村"}),
        (actor(Role.SUPERVISOR, "D1"), {"石桥村"}),
    ],
)
def test_f_11_a_filter_offers_the_villages_that_its_reader_sees(
    county, client, clock, reader, offered
):
    clock.set(at(2026, 9, 30))
    three_tiers(county)  # the team found household 1, in one village
    there = county.finding(5, village=OTHER_VILLAGE)
    county.hear(
        submitted(there, village=OTHER_VILLAGE), signed(*agreed(there), villages=(OTHER_VILLAGE,))
    )
    for address in ("/county/cases", "/county/ledger"):
        page = client("county", reader).get(address).text
        options = set(re.findall(r"<option[^>]*>　?([^<]*村)</option>", page))
        assert options == offered, address


def test_f_11_a_household_without_a_group_has_none_and_differing_sources_are_named(
    county, client, clock
):
    clock.set(at(2026, 9, 30))
    finding = county.finding(1)
    other = county.finding(1, causes=(RiskCause.DISABILITY,))
    county.hear(submitted(finding), signed(*agreed(finding)))
    county.hear(unit_list(other), unit_signed(*agreed(other)))
    with county.sessions.begin() as session:
        session.get(Household, "h1").group_no = None
        (case,) = session.exec(select(Case.id)).all()
    page = client("county", actor(Role.COUNTY_CLERK)).get(f"/county/cases/{case}").text
    assert re.search(r"河湾镇 石桥村 · 2人", page)
    assert "几个来源说法不一：原因，请核实时确认。" in page
