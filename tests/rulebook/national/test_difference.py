"""What an export says otherwise than the register: nothing is overwritten silently (A14)."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from rulebook.national import Difference, Household, difference
from rulebook.national.codes import Labour, Relationship
from tests.helpers.national import Registry, family, household, invented_county


@pytest.fixture
def county() -> list[Household]:
    return invented_county(40)


def with_member(one: Household, at: int, **more: Any) -> Household:
    members = list(one.members)
    members[at] = replace(members[at], **more)
    return replace(one, members=tuple(members))


def confirmed(here: Iterable[Household], made: Difference) -> list[Household]:
    """The register after somebody has confirmed everything that is not in conflict."""
    after = {change.here.number: change.there for change in made.changed}
    gone = {one.number for one in made.gone}
    kept = [after.get(one.number, one) for one in here if one.number not in gone]
    return [*kept, *made.new]


def test_the_same_twice_is_no_difference(county):
    made = difference(county, list(county))
    assert made.nothing
    assert made.kept == ()


def test_new_changed_field_by_field_and_gone(county):
    moved = with_member(county[0], 0, labour=Labour.WEAK, phone="16000000001")
    there = [
        replace(moved, per_head=8_888_00),
        *county[2:],
        household(999, family(Registry(area="990122"))),
    ]
    made = difference(county, there)
    assert [one.number for one in made.new] == [there[-1].number]
    assert made.gone == (county[1],)
    (changed,) = made.changed
    head = county[0].members[0]
    assert [(one.column, one.person, one.after) for one in changed.changes] == [
        ("人均纯收入（元）", None, 8_888_00),
        ("劳动技能", head.key, Labour.WEAK),
        ("家庭成员联系电话", head.key, "16000000001"),
    ]
    assert (changed.joined, changed.left, made.conflicts) == ((), (), ())


def test_who_joined_and_who_left(county):
    baby = Registry(area="990122").person(0, Relationship.SON)
    first = county[0]
    there = [replace(first, members=(*first.members[1:], baby)), *county[1:]]
    (changed,) = difference(county, there).changed
    assert (changed.joined, changed.left) == ((baby,), (first.members[0],))


def test_who_moves_between_two_households_of_the_export_is_no_conflict(county):
    one, other = county[:2]
    mover = one.members[-1]
    there = [
        replace(one, members=one.members[:-1]),
        replace(other, members=(*other.members, mover)),
        *county[2:],
    ]
    made = difference(county, there)
    assert made.conflicts == ()
    assert [(len(c.joined), len(c.left)) for c in made.changed] == [(0, 1), (1, 0)]


def test_a_household_without_a_number_is_found_by_a_persons_id_number(county):
    here = [replace(county[0], number=""), *county[1:]]
    made = difference(here, county)
    (changed,) = made.changed
    assert [(one.column, one.before) for one in changed.changes] == [("户编号", "")]
    assert (made.new, made.gone) == ((), ())


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        (lambda c: [replace(c[0], number="99X"), *c[1:]], "在这里属于户编号"),
        (
            lambda c: [c[0], replace(c[1], members=(*c[1].members, c[0].members[0])), *c[2:]],
            "同时在两户",
        ),
        (lambda c: [replace(c[0], village="他村"), *c[1:]], "请核对是否搬迁"),
    ],
    ids=["renumbered", "in two", "village"],
)
def test_what_nobody_can_take_over_unasked_is_in_conflict(county, there, reason):
    made = difference(county, there(county))
    assert made.conflicts
    assert all(reason in one.reason for one in made.conflicts)
    touched = {one.there.number for one in made.conflicts}
    assert not touched & {one.there.number for one in made.changed}
    assert not touched & {one.number for one in made.new}


def test_what_both_have_changed_since_the_last_import_is_in_conflict(county):
    here = [replace(county[0], phone="16000000777"), *county[1:]]
    there = [replace(county[0], phone="16000000778"), *county[1:]]
    (conflict,) = difference(here, there, before=county).conflicts
    assert conflict.reason == "“户联系电话”两边都改过，请核对以哪边为准"


def test_what_was_mended_here_stays_while_the_export_is_as_it_was(county):
    here = [replace(county[0], phone="16000000777"), *county[1:]]
    made = difference(here, county, before=county)
    assert made.nothing
    assert [(one.column, one.before) for one in made.kept] == [("户联系电话", "16000000777")]


def test_a_household_that_could_not_be_read_is_not_gone(county):
    made = difference(county, county[1:], unread={county[0].number})
    assert made.nothing


@pytest.mark.parametrize("seed", range(10))
def test_confirmed_the_register_says_what_the_export_says(county, seed):
    """Random changes without conflict; confirmed a second time there is nothing left."""
    random = Random(seed)
    there = [one for one in county if random.random() > 0.1]
    there = [
        replace(one, per_head=random.randrange(10**6)) if random.random() < 0.3 else one
        for one in there
    ]
    newcomers = Registry(seed, area="990122")
    there += [household(900 + at, family(newcomers)) for at in range(random.randrange(4))]
    made = difference(county, there)
    after = confirmed(county, made)
    assert {one.number: one for one in after} == {one.number: one for one in there}
    assert difference(after, there).nothing
