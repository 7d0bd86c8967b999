"""Key groups (C-08, C-09, C-11): tagged from members' data, or by hand where no data say so."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rulebook.key_groups import Tag, key_groups
from rulebook.national.codes import Health, Labour, Relationship, Student, Subsistence
from rulebook.national.households import Household
from rulebook.packs import load_pack
from rulebook.packs.tags import Sign
from schemas.codes import RiskCause, Stratum
from tests.helpers.national import ON, invented_county
from tests.rulebook.checks.planted import EXTREME, SUBSISTENCE, Builder

PACK = load_pack("default")
BY_HAND = {"LEFT_BEHIND", "IN_PATIENT", "SUDDEN_ACCIDENT", "COMPLAINT", "KEY-08", "KEY-09"}
MINE: Builder = Builder(1)


def groups(household: Household, *by_hand: str) -> set[str]:
    return {tag.group for tag in key_groups(household, on=ON, pack=PACK, by_hand=by_hand)}


def single(b: Builder, *more: object) -> Household:
    one = b.plain(*more)
    return replace(one, members=(one.members[0], *one.members[2:]))


SHOWN: list[tuple[str, Callable[[Builder], Household], set[str]]] = [
    ("nobody in need", lambda b: b.plain(), set()),
    (
        "serious illness",
        lambda b: b.with_one(50, health=(Health.SERIOUS,)),
        {"SERIOUS_ILLNESS", "KEY-01"},
    ),
    ("chronic, costs little", lambda b: b.with_one(50, health=(Health.CHRONIC,)), set()),
    (
        "chronic, costs much",
        lambda b: b.plain(b.person(50, health=(Health.CHRONIC,)), self_paid=5_000_00),
        {"CHRONIC_ILLNESS", "KEY-02", "KEY-06"},
    ),
    ("costs nearly as much", lambda b: b.plain(self_paid=4_999_99), set()),
    (
        "severe disability",
        lambda b: b.with_one(50, level=2),
        {"SEVERE_DISABILITY", "KEY-03", "DISABLED"},
    ),
    ("disability", lambda b: b.with_one(50, level=3), {"DISABLED"}),
    (
        "severe, in the words of the county's own sheet",
        lambda b: b.plain(replace(b.person(50), disability="肢体二级")),
        {"SEVERE_DISABILITY", "KEY-03", "DISABLED"},
    ),
    ("disabled by words", lambda b: b.with_one(50, health=(Health.DISABLED,)), {"DISABLED"}),
    ("single parent", single, {"SINGLE_PARENT_OR_DISABLED_ELDERLY"}),
    (
        "grown children only",
        lambda b: replace(
            single(b), members=(b.person(50, Relationship.HEAD), b.person(25, Relationship.SON))
        ),
        set(),
    ),
    (
        "elderly who lost their strength",
        lambda b: b.with_one(70, labour=Labour.LOST),
        {"SINGLE_PARENT_OR_DISABLED_ELDERLY", "KEY-09"},
    ),
    ("just not elderly", lambda b: b.with_one(59, labour=Labour.LOST), set()),
    (
        "elderly alone",
        lambda b: replace(b.plain(), members=(b.person(60, Relationship.HEAD),)),
        {"KEY-09"},
    ),
    ("subsistence", lambda b: b.with_one(50, **SUBSISTENCE), {"SUBSISTENCE", "KEY-04"}),
    ("none of it", lambda b: b.with_one(50, subsistence=Subsistence.NONE), set()),
    ("extreme", lambda b: b.with_one(66, **EXTREME), {"SUBSISTENCE", "KEY-05"}),
    ("senior school", lambda b: b.with_one(17), {"STUDENTS"}),
    ("college", lambda b: b.with_one(21), {"STUDENTS"}),
    ("ninth grade", lambda b: b.with_one(15, student=Student.GRADE_9), set()),
    (
        "school costs",
        lambda b: b.at_risk(b.person(21), cause=RiskCause.EDUCATION),
        {"STUDENTS", "KEY-07"},
    ),
    (
        "three children",
        lambda b: b.plain(b.person(3, Relationship.SON), b.person(5, Relationship.SON)),
        {"KEY-07"},
    ),
    ("disaster", lambda b: b.at_risk(cause=RiskCause.NATURAL_DISASTER), {"CALAMITY", "KEY-08"}),
    ("accident", lambda b: b.at_risk(cause=RiskCause.ACCIDENT), {"CALAMITY", "KEY-08"}),
    (
        "sudden hardship",
        lambda b: b.at_risk(cause=RiskCause.OTHER, category=Stratum.SUDDEN_HARDSHIP),
        {"CALAMITY", "KEY-06"},
    ),
    ("unstable work", lambda b: b.at_risk(cause=RiskCause.UNSTABLE_EMPLOYMENT), {"KEY-10"}),
    ("failed trade", lambda b: b.at_risk(cause=RiskCause.INDUSTRY_FAILURE), {"KEY-10"}),
]


@pytest.mark.parametrize(
    ("make", "expected"), [one[1:] for one in SHOWN], ids=[one[0] for one in SHOWN]
)
def test_c_08_c_09_a_household_is_of_the_groups_that_its_members_show(make, expected):
    assert groups(make(Builder(1))) == expected


def test_every_sign_shows_some_group():
    signs = {
        tag.sign for _, make, _ in SHOWN for tag in key_groups(make(Builder(1)), on=ON, pack=PACK)
    }
    assert signs == set(Sign)


@pytest.mark.parametrize("group", sorted(BY_HAND))
def test_what_no_data_say_is_tagged_by_hand(group):
    household = MINE.plain()
    assert groups(household) == set()
    assert key_groups(household, on=ON, pack=PACK, by_hand=[group]) == (Tag(group),)


def test_what_data_say_is_not_tagged_by_hand():
    assert groups(MINE.plain(), "SERIOUS_ILLNESS", "KEY-04") == set()


def test_the_sign_and_the_person_stand_beside_the_tag():
    ill = MINE.person(50, health=(Health.SERIOUS,))
    household = MINE.plain(ill)
    assert key_groups(household, on=ON, pack=PACK) == (
        Tag("SERIOUS_ILLNESS", Sign.SERIOUS_ILLNESS, ill),
        Tag("KEY-01", Sign.SERIOUS_ILLNESS, ill),
    )


@pytest.mark.parametrize("pack_id", ["default", "three-tier-2020"])
def test_every_group_of_the_pack_has_its_rule(pack_id):
    pack = load_pack(pack_id)
    assert [rule.group for rule in pack.tags.rules] == [group.code for group in pack.key_groups]
    assert {rule.group for rule in pack.tags.rules if rule.by_hand} == BY_HAND


def test_of_a_county_some_household_is_of_every_group_that_data_show():
    shown = {group for one in invented_county(400) for group in groups(one)}
    assert shown >= {"SERIOUS_ILLNESS", "SUBSISTENCE", "STUDENTS", "DISABLED", "CALAMITY"}
