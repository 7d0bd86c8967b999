"""Pure rules of bulletin and meeting: no database."""

from datetime import date

import pytest

from kit.actor import Actor
from rulebook import figures
from rulebook.figures import Clock
from schemas.codes import OrderState, Role
from services.county.bulletin import rules as bulletin_rules
from services.county.bulletin.models import BulletinName, NamedFor, NameKind
from services.county.bulletin.policy import policy
from services.county.figures import Rate
from services.county.meetings import rules as meetings_rules
from services.county.statistics import rules as statistics_rules
from tests.county.personas import COUNTY, VILLAGE

DUE, BEFORE, AFTER = date(2026, 9, 20), date(2026, 9, 19), date(2026, 9, 21)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (9704, 14293, "67.89%"),
        (2600, 3879, "67.03%"),
        (27256, 54851, "49.69%"),
        (7282, 16369, "44.49%"),
        (1, 800, "0.13%"),
        (0, 5, "0.00%"),
        (0, 0, "—"),
    ],
)
def test_gt_02_gt_05_rates_are_rounded_half_up(part, whole, shown):
    assert statistics_rules.rate(part, whole) == Rate(part=part, whole=whole, percent=shown)


def test_gt_03_an_average_is_rounded_half_up_and_needs_a_denominator():
    assert figures.average(13755, 3879) == "3.5"
    assert figures.average(7, 2, 0) == "4"
    assert figures.average(5, 0) == "—"


@pytest.mark.parametrize(
    ("timeliness", "reported_on", "as_of", "then"),
    [
        ("on_time", DUE, AFTER, "on_time"),
        ("late", AFTER, AFTER, "late"),
        ("late", AFTER, DUE, "waiting"),
        ("late", date(2026, 9, 30), AFTER, "missing"),
        ("waiting", None, DUE, "waiting"),
        ("missing", None, AFTER, "missing"),
        ("on_time", None, AFTER, "on_time"),
    ],
)
def test_a_state_is_what_it_was_at_the_cut_off(timeliness, reported_on, as_of, then):
    assert statistics_rules.timeliness_as_of(timeliness, reported_on, DUE, as_of) == then


def test_a_name_waits_until_it_is_explained_or_the_limit_has_passed():
    assert bulletin_rules.may_be_named(True, DUE, BEFORE)
    assert not bulletin_rules.may_be_named(False, DUE, DUE)
    assert bulletin_rules.may_be_named(False, DUE, AFTER)


def test_the_group_leader_or_the_villages_clerk_explains():
    group = named(NameKind.GROUP, f"{VILLAGE}/01", VILLAGE)
    for who in (Actor("v", "", Role.VILLAGE_CLERK, VILLAGE), leader("01")):
        assert policy.may(who, "explain", group)
    assert not policy.may(leader("02"), "explain", group)
    office = named(NameKind.OFFICE, COUNTY)
    assert not any(policy.may(Actor("x", "", role, COUNTY), "explain_own", office) for role in Role)


def named(kind: NameKind, code: str, parent: str | None = None) -> BulletinName:
    return BulletinName(
        month="2026-09", kind=kind, code=code, parent=parent, label="", timeliness=NamedFor.LATE
    )


def leader(group: str) -> Actor:
    return Actor("g", "", Role.GROUP_LEADER, f"{VILLAGE}/{group}")


def test_a_hash_does_not_depend_on_the_order_of_keys():
    one, other = {"甲": 1, "乙": [1, 2]}, {"乙": [1, 2], "甲": 1}
    assert bulletin_rules.fingerprint(bulletin_rules.canonical(one)) == bulletin_rules.fingerprint(
        bulletin_rules.canonical(other)
    )


def test_the_two_flags_of_an_order_are_apart():
    """GT-29: a plan reported in time meets report_due; the order stays open until solve_due."""
    assert not Clock(DUE, BEFORE).is_overdue(AFTER)
    assert Clock(DUE, None).is_overdue(AFTER)
    assert not Clock(DUE, None).is_overdue(DUE)
    assert not Clock(DUE, None, closed=AFTER).is_overdue(AFTER)


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, "5个工作日以内"), (5, "5个工作日以内"), (6, "6至10个工作日"), (31, "30个工作日以上")],
)
def test_ages_of_what_is_unsolved(days, age):
    assert figures.age_label(days, (5, 10, 15, 30)) == age


@pytest.mark.parametrize(
    ("state", "closed_on", "outcome"),
    [
        (None, None, "尚未交办"),
        (OrderState.CLOSED, DUE, "已办结"),
        (OrderState.CLOSED, AFTER, "已办结（晚于议定期限）"),
        (OrderState.SOLVED, None, "已解决，待办结"),
        (OrderState.UNDER_WAY, None, "未完成，已逾期"),
    ],
)
def test_what_became_of_a_decision_follows_the_order(state, closed_on, outcome):
    assert meetings_rules.order_outcome(state, closed_on, DUE, AFTER).label == outcome
