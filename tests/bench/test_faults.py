"""A small month while its processes are killed: nothing lost, nothing doubled; and a checker that
would have said so.
"""

import asyncio
from collections.abc import Callable
from copy import deepcopy

import pytest

from bench.faults.checker import Evidence, Record, check
from bench.faults.run import Outcome, rehearse

SEED = 20260901
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def rehearsal(own_engines: None) -> Outcome:
    return asyncio.run(rehearse(SEED, short=True, said=print, pause=(4, 8)))


def test_a_month_under_faults_loses_and_doubles_nothing(rehearsal: Outcome):
    print(rehearsal.line())
    assert rehearsal.counts["kills"] >= 3
    assert rehearsal.counts["duplicates"] + rehearsal.counts["freezes"] > 0
    assert rehearsal.verdict.lost == []
    assert rehearsal.verdict.doubled == []
    assert rehearsal.verdict.found == rehearsal.verdict.accepted > 500


def remove_event(evidence: Evidence, type_: str) -> None:
    one = next(one for one in evidence.records if one.type == type_)
    evidence.records = [other for other in evidence.records if other.id != one.id]


def double_event(evidence: Evidence, type_: str) -> None:
    one = next(one for one in evidence.records if one.type == type_)
    evidence.records.append(Record(one.topic, f"{one.id}-again", one.type, one.body))


DAMAGE: dict[str, tuple[Callable[[Evidence], object], str]] = {
    "a list is gone": (lambda e: remove_event(e, "village.list.submitted.v1"), "lost"),
    "a visit is gone": (lambda e: remove_event(e, "unit.visit.recorded.v1"), "lost"),
    "a deadline did not fire": (lambda e: remove_event(e, "village.list.missed.v1"), "lost"),
    "an order never reached its department": (
        lambda e: remove_event(e, "department.order.issued.v1"),
        "lost",
    ),
    "a finding never reached its case": (lambda e: e.cases[0]["sources"].pop(), "lost"),
    "a case is gone": (lambda e: e.cases.pop(), "lost"),
    "an order is gone": (lambda e: e.orders.pop(), "lost"),
    "the county did not hear of a list": (lambda e: e.tiers["village"].popitem(), "lost"),
    "a record was laid aside": (lambda e: setattr(e, "dead_letters", 1), "lost"),
    "a list came twice": (lambda e: double_event(e, "village.list.submitted.v1"), "doubled"),
    "a deadline fired twice": (lambda e: double_event(e, "village.group.missed.v1"), "doubled"),
    "an order has two owners": (lambda e: double_event(e, "department.order.issued.v1"), "doubled"),
    "a household has two cases": (lambda e: e.cases.append(e.cases[0]), "doubled"),
    "a need has two orders": (lambda e: e.orders.append(e.orders[0]), "doubled"),
    "a reminder was said twice": (lambda e: double_event(e, "county.case.opened.v1"), "doubled"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_the_checker_says_so(rehearsal: Outcome, what: str):
    evidence = deepcopy(rehearsal.evidence)
    harm, word = DAMAGE[what]
    harm(evidence)
    verdict = check(evidence)
    assert getattr(verdict, word), what
    assert not verdict.holds


def test_a_record_delivered_again_is_no_second_event(rehearsal: Outcome):
    evidence = deepcopy(rehearsal.evidence)
    evidence.records += evidence.records[:100]
    assert check(evidence).holds
