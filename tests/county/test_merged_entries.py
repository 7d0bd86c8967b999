"""What was on its way to a void entry of the register is its successor's (F-04)."""

import pytest
from sqlmodel import select

from schemas.codes import Tier
from services.county.cases.models import Case, Source
from services.county.missed_discoveries.models import Visit
from services.county.missed_discoveries.queries import last_visits
from services.county.register import queries as register_queries
from tests.county.personas import agreed, day, signed, submitted, unit_list, unit_signed, visit
from tests.county.test_candidates import found


@pytest.fixture
def void(county):
    """Household 9 was merged into household 1; its head is a member there under another number."""
    county.hear(county.household(1), county.household(9, merged_into="h1", on_register=False))
    return county


def households(county) -> dict[str, list[str]]:
    with county.sessions() as session:
        sources = session.exec(select(Source).order_by(Source.finding)).all()
        visits = session.exec(select(Visit)).all()
        cases = session.exec(select(Case)).all()
        return {
            "sources": [row.household for row in sources],
            "visits": [row.household for row in visits],
            "cases": [row.household for row in cases],
        }


def test_f_04_a_finding_that_was_on_its_way_opens_its_successors_case(void):
    late, own = void.finding(9), void.finding(1)
    void.hear(unit_list(late), unit_signed(*agreed(late)))
    void.hear(submitted(own), signed(*agreed(own)))
    assert households(void) == {"sources": ["h1", "h1"], "visits": [], "cases": ["h1"]}


def test_f_04_one_household_has_one_open_case_though_it_was_opened_before_the_merge(county):
    """A case keeps the entry that it was opened for."""
    before, after = county.finding(9), county.finding(1)
    county.hear(county.household(1), county.household(9))
    county.hear(unit_list(before), unit_signed(*agreed(before)))
    county.hear(county.household(9, merged_into="h1", on_register=False))
    county.hear(submitted(after), signed(*agreed(after)))
    assert households(county)["cases"] == ["h9"]
    with county.sessions() as session:
        (case,) = session.exec(select(Case))
        tiers = {row.tier for row in session.exec(select(Source).where(Source.case == case.id))}
    assert tiers == {Tier.UNIT, Tier.VILLAGE}


@pytest.mark.parametrize("is_late", [True, False])
def test_f_04_a_visit_counts_for_the_successor_whichever_came_first(county, is_late):
    """Nothing of it is lost: what the village did not see stands against it once."""
    merged = county.household(9, merged_into="h1", on_register=False)
    seen = visit(9, on=day(12), at_risk=True, since=day(5))
    county.hear(county.household(1), county.household(9), submitted(nil=True, on=day(17)))
    for event in (merged, seen) if is_late else (seen, merged):
        county.hear(event)
    assert households(county)["visits"] == ["h1"]
    assert found(county) == [("h1", "990121100201", False, "open")]
    with county.sessions() as session:
        assert last_visits(session, ["h1"]) == {"h1": day(12)}


@pytest.mark.parametrize("order", [(8, 9), (9, 8)])
def test_f_04_the_successors_successor_is_meant(county, order):
    heirs = {9: "h8", 8: "h1"}
    county.hear(county.household(1))
    for number in order:
        county.hear(county.household(number, merged_into=heirs[number], on_register=False))
    county.hear(visit(9, on=day(12)))
    assert households(county)["visits"] == ["h1"]


def test_f_04_nobody_is_asked_whether_it_is_a_void_entry(void):
    with void.sessions() as session:
        assert session.exec(register_queries.households(session, "户主9")).all() == []
        assert register_queries.alike(session, "990121100201", "户主9") == []
