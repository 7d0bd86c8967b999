import pytest

from rulebook.packs import load_pack
from rulebook.routing import Route, default_gap_items, route
from schemas.codes import DEPARTMENTS, GapItem, RiskCause

DEFAULT, THREE_TIER = load_pack("default"), load_pack("three-tier-2020")


def test_gt_13_illness_goes_where_the_pack_says():
    asked = (GapItem.MEDICAL_COST, RiskCause.ILLNESS)
    assert route(THREE_TIER, *asked) == Route("human-resources", ("health",))
    assert route(DEFAULT, *asked) == Route("health-insurance", ("health", "civil-affairs"))


def test_d_02_and_d_05_under_the_plans_of_2020():
    housing = route(THREE_TIER, GapItem.HOUSING_UNSAFE, RiskCause.NATURAL_DISASTER)
    assert housing == Route("housing", ("development-reform", "natural-resources"))
    after_accident = route(THREE_TIER, GapItem.DISABILITY_CARE, RiskCause.ACCIDENT)
    assert after_accident == Route("civil-affairs", ("disabled-federation",))


def test_the_cause_tells_two_living_costs_apart():
    disaster = route(DEFAULT, GapItem.LIVING_COST, RiskCause.NATURAL_DISASTER)
    illness = route(DEFAULT, GapItem.LIVING_COST, RiskCause.ILLNESS)
    assert disaster == Route("emergency", ("agriculture", "civil-affairs"))
    assert illness == Route("civil-affairs")


@pytest.mark.parametrize("pack", [DEFAULT, THREE_TIER], ids=lambda pack: pack.pack_id)
def test_d_07_only_fund_and_other_are_chosen_by_hand(pack):
    by_hand = {gap for gap in GapItem for cause in RiskCause if route(pack, gap, cause) is None}
    assert by_hand == {GapItem.FUND, GapItem.OTHER}


@pytest.mark.parametrize("pack", [DEFAULT, THREE_TIER], ids=lambda pack: pack.pack_id)
def test_every_department_of_the_packs_is_known(pack):
    named = {code for row in pack.dispatch.routing for code in (row.primary, *row.co)}
    assert named <= DEPARTMENTS.keys()


def test_default_gap_items():
    assert default_gap_items(DEFAULT, RiskCause.ILLNESS) == (GapItem.MEDICAL_COST,)
    assert default_gap_items(DEFAULT, RiskCause.NATURAL_DISASTER) == (
        GapItem.HOUSING_UNSAFE,
        GapItem.LIVING_COST,
    )
    assert default_gap_items(DEFAULT, RiskCause.OTHER) == ()
