"""Figures of help and elimination against published ones (A13): sums, rates with their basis, averages
with their denominator.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.packs import load_pack
from rulebook.packs.helping import Family
from rulebook.shares import (
    Count,
    Line,
    by_family,
    counted_on,
    denominators_of,
    disagreement,
    elimination_rate,
    line_of,
    measures_per_household,
    total,
)
from tests.own_pack import own_pack

PACK = load_pack("default")
ALL, ELIMINATED = Count(3879, 14293), Count(2600, 9704)
COUNTS = st.builds(
    lambda households, more: Count(households, households + more),
    st.integers(0, 10_000),
    st.integers(0, 40_000),
)


def test_gt_01_the_categories_come_to_the_total():
    assert total([Count(1470, 5528), Count(2181, 7807), Count(228, 958)]) == ALL
    assert total([Count(6, 30), Count(6, 31), Count(68, 275)]) == Count(80, 336)
    assert disagreement(ALL, [Count(1470, 5528), Count(2181, 7807), Count(228, 958)]) is None
    assert disagreement(ALL, [Count(1470, 5528), Count(2181, 7807)]) == (
        "合计写3879户14293人，各类相加3651户13335人，请核对。"
    )


def test_gt_02_the_rate_carries_its_basis_and_the_other_one(tmp_path):
    assert elimination_rate(PACK, ELIMINATED, ALL) == (
        "风险消除率按人67.89%（9704÷14293），按户67.03%（2600÷3879）"
    )
    by_households = own_pack(tmp_path, "statistics", elimination_rate_basis="HOUSEHOLDS")
    assert elimination_rate(by_households, ELIMINATED, ALL) == (
        "风险消除率按户67.03%（2600÷3879），按人67.89%（9704÷14293）"
    )


def test_gt_03_the_average_is_3_5_and_why_not_3_6():
    assert measures_per_household(PACK, 13755, 3879) == "户均3.5项（13755÷3879）"
    assert denominators_of(13755, "3.6") == range(3769, 3875)
    assert 3879 in denominators_of(13755, "3.5")


@given(st.integers(1, 100_000), st.integers(1, 20_000))
def test_gt_03_exactly_those_denominators_print_the_figure(whole, households):
    printed = str((Decimal(whole) / households).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
    if printed == "0.0":
        return
    found = denominators_of(whole, printed)
    assert households in found
    for beyond in (found.start - 1, found.stop):
        if beyond > 0:
            rounded = (Decimal(whole) / beyond).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            assert str(rounded) != printed


def test_gt_05_the_second_county_is_consistent():
    cumulative = [Count(5018, 18684), Count(4876, 17551), Count(6475, 18616)]
    eliminated = [Count(2655, 10152), Count(2997, 11585), Count(1630, 5519)]
    remaining = [Count(2363, 8532), Count(1879, 5966), Count(4845, 13097)]
    new = [Count(1569, 5781), Count(987, 3141), Count(3633, 10487)]
    in_year = [Count(108, 408), Count(116, 426), Count(70, 263)]
    assert total(cumulative) == Count(16369, 54851)
    assert total(eliminated) == Count(7282, 27256)
    assert total(remaining) == Count(9087, 27595)
    assert total(new) == Count(6189, 19409)
    assert total(in_year) == Count(294, 1097)
    assert [a + b for a, b in zip(eliminated, remaining, strict=True)] == cumulative
    assert elimination_rate(PACK, total(eliminated), total(cumulative)) == (
        "风险消除率按人49.69%（27256÷54851），按户44.49%（7282÷16369）"
    )


@given(st.lists(COUNTS))
def test_the_order_of_categories_does_not_matter(parts):
    assert total(parts) == total(reversed(parts))
    assert disagreement(total(parts), parts) is None


def test_more_households_than_persons_cannot_be():
    with pytest.raises(ValueError, match="户数不能多于人数"):
        Count(2, 1)


def test_without_anybody_there_is_no_rate():
    assert elimination_rate(PACK, Count(0, 0), Count(0, 0)) == (
        "风险消除率按人—（0÷0），按户—（0÷0）"
    )


@pytest.mark.parametrize(
    ("at", "day"),
    [("COUNTY_APPROVED", date(2023, 6, 20)), ("ANNOUNCED", date(2023, 6, 28)), ("ANNOTATED", None)],
)
def test_b_15_when_a_household_counts_as_eliminated(tmp_path, at, day):
    """s000's 75 households: evaluated and announced, not yet annotated."""
    pack = own_pack(tmp_path, "statistics", elimination_counted_at=at)
    found = counted_on(
        pack, approved=date(2023, 6, 20), announced=date(2023, 6, 28), annotated=None
    )
    assert found == day


def test_r_09_what_is_evaluated_is_not_counted_before_its_annotation():
    """75 households, 287 persons of the first half: after annotation the rate is 69.90 %."""
    days = {"approved": date(2023, 6, 20), "announced": date(2023, 6, 28)}
    assert line_of(PACK, **days) is Line.EVALUATED
    assert line_of(PACK, **days, annotated=date(2023, 9, 5)) is Line.ELIMINATED
    assert "按人69.90%（9991÷14293）" in elimination_rate(PACK, ELIMINATED + Count(75, 287), ALL)


def test_e_07a_who_is_kept_by_the_safety_net_has_a_line_of_his_own():
    assert line_of(PACK, safety_net_kept=True) is Line.SAFETY_NET_KEPT
    assert line_of(PACK) is Line.AT_RISK


def test_measures_by_family_and_the_share_of_development():
    found = by_family(PACK, ["M-06", "M-06", "MICRO-CREDIT", "M-02", "M-01", "TRAINING", "M-09"])
    assert (found.total, found.development) == (7, 5)
    assert found.by_family[Family.INDUSTRY] == 2
    assert found.by_family[Family.WATER] == 0
    assert found.share(PACK) == "开发式措施占71.43%（5÷7）"
