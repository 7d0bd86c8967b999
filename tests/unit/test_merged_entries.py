"""A void entry of the register: its number went to another household, and so does what is told of it
(F-04).
"""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from kit.errors import Forbidden, Refused
from kit.messaging.outbox import emitted
from kit.seal import seal
from schemas.codes import Role
from schemas.unit import HouseholdAssigned, UnitListSubmitted
from schemas.values import HouseholdWords
from schemas.village import HouseholdRegistered
from services.unit.directory import commands as directory_commands
from services.unit.directory import queries as directory_queries
from services.unit.lists import commands as lists_commands
from services.unit.months import commands as months_commands
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation import queries as organisation_queries
from services.unit.organisation.forms import AssignmentRow
from services.unit.visits import commands as visits_commands
from services.unit.visits import queries as visits_queries
from services.unit.visits.tasks import tasks
from tests.conftest import at
from tests.unit.conftest import (
    CLERK,
    HEADS,
    HELPER,
    MONTH,
    OFFICE,
    REASONS,
    register,
    risk,
    visit,
    who,
)

ON = date(2026, 9, 12)
VOID = "户编号H0001（石桥村01组）已并入户编号H0002（石桥村01组）"
FORM = {"how": "PHONE", "helper": "U001-01", "on": "2026-09-24", "at_risk": "false"}


def merge(sessions, into: dict[int, str], *, known: tuple[int, ...] = ()) -> None:
    """The register tells that these entries went to others; `known`: others that it tells of then."""
    with sessions.begin() as session:
        events = [
            *(register(session, n) for n in known),
            *(register(session, n, merged_into=heir) for n, heir in into.items()),
        ]
        directory_commands.keep_households(session, events)


def newcomer(session) -> HouseholdRegistered:
    """An entry that has no helper."""
    words = HouseholdWords(number="H0007", head_name=HEADS[2])
    return register(session, 3, household="h7", sealed=seal(session, words))


def assigned(sessions) -> list[tuple[str, str]]:
    with sessions() as session:
        told = [event for event in emitted(session) if isinstance(event, HouseholdAssigned)]
        return [(event.household, event.helper) for event in told]


def test_f_04_a_visit_to_a_void_entry_is_refused_and_its_successor_named(opened, doing):
    merge(opened, {1: "h2"})
    with pytest.raises(Refused, match=f"^{VOID}，请登记那一户。$"):
        doing(visits_commands.record_visits, [visit(1)], actor=HELPER, on=ON)
    doing(visits_commands.record_visits, [visit(2)], actor=HELPER, on=ON)


def test_f_04_the_page_of_a_void_entry_offers_its_successors_form(opened, client, clock):
    clock.set(at(2026, 9, 24))
    browser = client("unit", HELPER)
    merge(opened, {1: "h2"})
    assert VOID in browser.get("/unit/households/h1").text
    old = "/unit/households/h1/visit"
    shown = browser.get(old).text
    assert VOID in shown
    assert 'action="/unit/households/h2/visit"' in shown
    assert HEADS[1] in shown
    stale = browser.post(
        old,
        data=FORM | {"living": "今天家里有人"},
        headers={"referer": f"http://testserver{old}"},
        follow_redirects=False,
    )
    assert stale.status_code == 422
    assert f"{VOID}，请登记那一户" in stale.text
    assert 'action="/unit/households/h2/visit"' in stale.text
    assert "今天家里有人" in stale.text, "what was typed is not typed again"
    done = browser.post(
        "/unit/households/h2/visit", data=FORM | {"living": "好"}, follow_redirects=False
    )
    assert done.status_code == 303


def test_f_04_a_visit_before_the_merge_counts_for_the_successor(opened, doing):
    """Nobody is asked twice in the month that runs, nor in the next one."""
    doing(visits_commands.record_visits, [visit(1)], actor=HELPER, on=ON)
    merge(opened, {1: "h2"})
    with opened() as session:
        contacts = visits_queries.contacts(session, MONTH, helper="U001-01")
        assert [(row.household, row.state) for row in contacts] == [("h2", "contacted")] * 2
        progress = visits_queries.progress_of(session, "U001", MONTH)
        assert (progress.required, progress.contacted) == (4, 2), "what was frozen stays"
        assert not any(task.kind == "contact" for task in tasks(session, HELPER, ON))
        assert [row.household for row in visits_queries.visits_of(session, "h2")] == ["h1"]
    with opened.begin() as session:
        months_commands.open_month(session, "2026-10", on=date(2026, 10, 1))
        assert visits_queries.progress_of(session, "U001", "2026-10").required == 3
        helped = organisation_queries.households_of_helpers(session)
        assert helped["U001-01"] == 1


def test_f_04_the_helper_goes_with_the_household_to_an_entry_without_one(people, doing):
    merge(people, {3: "h7"})
    assert ("h7", "U001-02") not in assigned(people), "the register has not told of it yet"
    with people.begin() as session:
        new = newcomer(session)
        directory_commands.keep_households(session, [new])
    assert assigned(people)[-1] == ("h7", "U001-02")
    with people() as session:
        assert organisation_queries.assignment_of(session, "h7").helper == "U001-02"
        assert organisation_queries.assignment_of(session, "h3") is None


def test_f_04_a_helper_who_went_with_the_household_is_told_where_it_went(opened, doing):
    """An old page's visit to the entry that is nobody's any more."""
    with opened.begin() as session:
        new = newcomer(session)
        directory_commands.keep_households(session, [new])
    merge(opened, {3: "h7"})
    helper = who(Role.HELPER, "U001-02", "张贵德")
    with pytest.raises(Refused, match=r"^户编号H0003（石桥村01组）已并入.*，请登记那一户。$"):
        doing(visits_commands.record_visits, [visit(3, helper="U001-02")], actor=helper, on=ON)
    stranger = who(Role.HELPER, "U002-01", "唐娟梅")
    with pytest.raises(Forbidden):
        doing(visits_commands.record_visits, [visit(3, helper="U002-01")], actor=stranger, on=ON)


@pytest.mark.parametrize("order", [(3, 4), (4, 3)])
def test_f_04_the_successor_of_a_successor_is_named(opened, doing, order):
    heirs = {3: "h4", 4: "h5"}
    for n in order:
        merge(opened, {n: heirs[n]})
    helper = who(Role.HELPER, "U001-02", "张贵德")
    with pytest.raises(Refused, match=r"户编号H0003（石桥村01组）已并入户编号H0005"):
        doing(visits_commands.record_visits, [visit(3, helper="U001-02")], actor=helper, on=ON)
    doing(visits_commands.record_visits, [visit(5, helper="U001-02")], actor=helper, on=ON)
    with opened() as session:
        contacts = visits_queries.contacts(session, MONTH, helper="U001-02")
        assert [(row.household, row.state) for row in contacts] == [("h5", "contacted")] * 2


def test_f_04_what_was_found_before_the_merge_is_reported_as_the_successors(opened, doing):
    doing(visits_commands.record_visits, [risk(1, matter=None)], actor=HELPER, on=ON)
    merge(opened, {1: "h2"})
    doing(visits_commands.record_visits, [risk(2)], actor=HELPER, on=ON)
    doing(lists_commands.submit_list, "U001", MONTH, nil=False, actor=CLERK, on=ON, **REASONS)
    with opened() as session:
        (sent,) = [one for one in emitted(session) if isinstance(one, UnitListSubmitted)]
        (finding,) = sent.findings
        assert finding.household == "h2", "one household, one finding"


def test_f_04_a_void_number_gets_no_helper(opened, doing):
    merge(opened, {1: "h2"})
    row = AssignmentRow(helper="U001-02", number="H0001")
    with pytest.raises(Refused, match=f"^{VOID}，请与那一户结对。$"):
        doing(organisation_commands.assign_households, [row], actor=OFFICE, on=ON)


def test_f_04_an_id_number_means_the_entry_that_is_not_void(opened):
    """A workbook names households by their head's number, which both entries have."""
    with opened.begin() as session:
        twin = register(session, 2, household="h0", merged_into="h2")
        directory_commands.keep_households(session, [twin])
        assert directory_queries.household_by_hash(session, twin.id_hash).id == "h2"


def test_f_33_the_filled_form_of_visits_has_each_household_once(opened, client):
    clerk = client("unit", who(Role.UNIT_CLERK, "U001"))
    form = f"/unit/forms/visits.xlsx?month={MONTH}&filled=true"
    assert "请写明用途" in clerk.get(form).text
    answer = clerk.post(form, data={"purpose": "CONTACT"})
    assert answer.status_code == 200, answer.text
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    numbers = [text for text in cells if re.fullmatch(r"99\d{15}[\dX]", text)]
    assert numbers
    assert len(numbers) == len(set(numbers))
