"""Units, helpers, assignments; the workbook may come before the register."""

from datetime import date

import pytest
from sqlmodel import select

from kit.errors import Forbidden, NotFound, Refused
from kit.messaging.outbox import emitted
from schemas.unit import HelperNamed, HouseholdAssigned, UnitNamed
from services.unit.directory import commands as directory_commands
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation import queries as organisation_queries
from services.unit.organisation.forms import AssignmentRow, HelperRow, UnitRow
from services.unit.organisation.models import Transfer
from services.unit.visits import queries as visits_queries
from tests.unit.conftest import ASSIGNED, CLERK, HEAD, MONTH, OFFICE, name_everybody, register

ON = date(2026, 9, 3)


def test_the_same_set_twice_changes_nothing(people):
    with people.begin() as session:
        before = len(emitted(session))
        name_everybody(session)
        again = organisation_commands.assign_households(session, ASSIGNED, actor=OFFICE, on=ON)
        assert (again.taken, again.unchanged) == (0, 6)
        assert len(emitted(session)) == before


def test_master_data_is_told_with_names_sealed(people):
    with people.begin() as session:
        events = emitted(session)
        assert [type(one) for one in events].count(UnitNamed) == 2
        assert [type(one) for one in events].count(HelperNamed) == 4
        assert sum(isinstance(one, HouseholdAssigned) for one in events) == 6
        assert "徐勇" not in "".join(one.model_dump_json() for one in events)


def test_assignments_that_come_before_the_register_wait_for_it_and_are_told_once(unit_sessions):
    with unit_sessions.begin() as session:
        name_everybody(session)
        organisation_commands.assign_households(session, ASSIGNED, actor=OFFICE, on=ON)
        assert not [one for one in emitted(session) if isinstance(one, HouseholdAssigned)]
    for _ in range(2):
        with unit_sessions.begin() as session:
            directory_commands.keep_households(session, [register(session, n) for n in (1, 2, 3)])
    with unit_sessions.begin() as session:
        told = [one for one in emitted(session) if isinstance(one, HouseholdAssigned)]
        assert [
            (one.household, one.helper, one.unit)
            for one in sorted(told, key=lambda one: one.household)
        ] == [("h1", "U001-01", "U001"), ("h2", "U001-01", "U001"), ("h3", "U001-02", "U001")]


def test_an_assignment_by_our_id_and_the_same_by_number_are_one(people):
    with people.begin() as session:
        row = AssignmentRow(helper="U001-01", household="h1")
        assert (
            organisation_commands.assign_households(session, [row], actor=OFFICE, on=ON).unchanged
            == 1
        )


def test_a_new_helper_in_the_workbook_is_a_transfer_on_record(people):
    with people.begin() as session:
        organisation_commands.assign_households(
            session, [AssignmentRow(helper="U001-02", number="H0001")], actor=OFFICE, on=ON
        )
        assert emitted(session)[-1] == HouseholdAssigned(
            household="h1", helper="U001-02", unit="U001"
        )
        assert [(one.before, one.after) for one in session.exec(select(Transfer))] == [
            ("U001-01", "U001-02")
        ]


def test_a_transferred_helpers_households_go_to_another_and_the_frozen_list_stays(opened):
    with opened.begin() as session:
        moved = organisation_commands.transfer_helper(
            session, "U001-01", "U001-02", reason="调离本单位", actor=CLERK, on=ON
        )
        assert moved == 2
    with opened() as session:
        assert organisation_queries.helper(session, "U001-01").left_on == ON
        assert visits_queries.progress_of(session, "U001", MONTH).required == 4
        assert {one.helper for one in visits_queries.contacts(session, MONTH, unit="U001")} == {
            "U001-02"
        }


def test_a_transfer_has_a_reason(opened):
    with opened.begin() as session:
        with pytest.raises(Refused, match="请写明移交原因"):
            organisation_commands.transfer_helper(
                session, "U001-01", "U001-02", reason=" ", actor=CLERK, on=ON
            )
        assert organisation_queries.helper(session, "U001-01").left_on is None
        assert session.exec(select(Transfer)).all() == []


def test_who_may_enter_master_data(people):
    with people.begin() as session:
        with pytest.raises(Forbidden):
            organisation_commands.name_units(
                session, [UnitRow(unit="U009", name="某局")], actor=CLERK
            )
        with pytest.raises(Forbidden):
            organisation_commands.name_helpers(
                session, [HelperRow(helper="U002-09", unit="U002", name="某人")], actor=CLERK
            )
        with pytest.raises(Forbidden):
            organisation_commands.transfer_helper(
                session, "U001-01", "U001-02", reason="调离", actor=HEAD, on=ON
            )
        with pytest.raises(Forbidden):  # the stored one is another unit's
            organisation_commands.name_helpers(
                session, [HelperRow(helper="U002-01", unit="U001", name="某人")], actor=CLERK
            )
        organisation_commands.name_helpers(
            session, [HelperRow(helper="U001-09", unit="U001", name="某人")], actor=CLERK
        )


def test_unknown_helpers_and_codes_of_another_unit_are_refused(people):
    with people.begin() as session:
        with pytest.raises(NotFound):
            organisation_commands.assign_households(
                session, [AssignmentRow(helper="U009-01", number="H0001")], actor=OFFICE, on=ON
            )
        with pytest.raises(Refused, match="另编一个编号"):
            organisation_commands.name_helpers(
                session, [HelperRow(helper="U001-01", unit="U002", name="徐勇")], actor=OFFICE
            )
        with pytest.raises(Refused, match="哪一户"):
            organisation_commands.assign_households(
                session, [AssignmentRow(helper="U001-01")], actor=OFFICE, on=ON
            )


def test_an_assignment_says_which_household(people):
    rows = [AssignmentRow(helper="U001-01")]
    with people.begin() as session, pytest.raises(Refused, match="哪一户"):
        organisation_commands.assign_households(session, rows, actor=OFFICE, on=date(2026, 9, 1))
