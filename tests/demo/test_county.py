"""The invented county reproduces the published sums (A13 R-01, R-02, R-03) and is the same every
time.
"""

import pytest

from backstop.demo.county import AS_OF, County
from backstop.demo.personas import Personas
from rulebook.ids import check_id_number
from schemas.codes import Stratum


@pytest.fixture(scope="module")
def county() -> County:
    return County()


def persons(households) -> tuple[int, int]:
    return len(households), sum(len(one.members) for one in households)


def test_r_01_ever_monitored_by_category(county):
    monitored = [one for one in county.households if one.identified_on]
    assert persons(monitored) == (3879, 14293)
    of = {
        category: persons([one for one in monitored if one.stratum is category])
        for category in Stratum
    }
    assert of[Stratum.UNSTABLE_EX_POOR] == (1470, 5528)
    assert of[Stratum.MARGINAL] == (2181, 7807)
    assert of[Stratum.SUDDEN_HARDSHIP] == (228, 958)


def test_r_02_identified_in_the_year(county):
    new = [one for one in county.households if one.identified_on and one.identified_on.year == 2026]
    assert persons(new) == (80, 336)


def test_r_03_eliminated(county):
    assert persons([one for one in county.households if one.eliminated_on]) == (2600, 9704)
    assert len(county.active) == 1279


def test_the_county_is_the_same_every_time_and_nobody_real(county):
    one, other = county, County()
    assert one.households == other.households
    numbers = [member.id_number for household in one.households for member in household.members]
    assert len(set(numbers)) == len(numbers)
    assert all(
        check_id_number(number) == number and number.startswith("99") for number in numbers[:200]
    )
    assert all(household.identified_on < AS_OF for household in one.active)
    assert len({household.number for household in one.households}) == len(one.households)


def test_whoever_can_be_chosen_on_the_sign_in_page_has_an_account_by_then(county):
    """The services have heard of him; whoever is introduced at the tap would be sent back."""
    personas = Personas(county)
    assert set(personas.accounts().values()) <= set(personas.everybody())
