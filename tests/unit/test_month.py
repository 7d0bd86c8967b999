"""A month opens, reminds, closes; states do not blur."""

from datetime import date

import pytest
from sqlmodel import col, select

from backstop.services import service_named
from kit.deadlines import sweep
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.outbox import emitted
from schemas.unit import UnitExempted, UnitListMissed, UnitMonthOpened
from services.unit.lists import commands as lists_commands
from services.unit.months import commands as months_commands
from services.unit.months import jobs
from services.unit.months import queries as months_queries
from services.unit.months.deadlines import OPEN_MONTH
from services.unit.months.models import Reminder, Required
from services.unit.visits import commands as visits_commands
from services.unit.visits import queries as visits_queries
from services.unit.visits.rules import ContactState
from tests.conftest import at
from tests.unit.conftest import CLERK, HEAD, HELPER, MONTH, OFFICE, REASONS, visit


def of(session, kind):
    return [one for one in emitted(session) if isinstance(one, kind)]


def send_nil(doing, on):
    command = lists_commands.submit_list
    doing(command, "U001", MONTH, nil=True, **REASONS, actor=CLERK, on=on)


def test_opening_freezes_who_is_expected_and_is_told_once(opened):
    with opened.begin() as session:
        months_commands.open_month(session, MONTH, on=date(2026, 9, 2))
        told = of(session, UnitMonthOpened)
        assert [(one.unit, one.households) for one in told[0].units] == [("U001", 4), ("U002", 2)]
        assert (told[0].visit_due, told[0].report_due) == (date(2026, 9, 20), date(2026, 9, 25))
        assert len(told) == 1


def test_an_empty_county_opens_nothing_and_keeps_the_next_months_deadline(unit_sessions, clock):
    with unit_sessions.begin() as session:
        jobs.prepare(session, clock)
    assert sweep(unit_sessions, service_named("unit").jobs, clock()) == 1
    with unit_sessions.begin() as session:
        assert months_queries.open_month_of(session, MONTH) is None
        assert OPEN_MONTH.pending(session, "2026-10") == at(2026, 10, 1, 0)


def test_months_open_by_themselves_one_after_the_other(people, clock):
    with people.begin() as session:
        jobs.prepare(session, clock)
        jobs.prepare(session, clock)
    sweep(people, service_named("unit").jobs, clock())
    clock.set(at(2026, 10, 1, 0))
    sweep(people, service_named("unit").jobs, clock())
    with people.begin() as session:
        assert [one.month for one in of(session, UnitMonthOpened)] == ["2026-09", "2026-10"]
        jobs.prepare(session, clock)
        assert OPEN_MONTH.pending(session, "2026-10") is None


def test_contact_states(doing, session):
    doing(
        visits_commands.record_visits,
        [
            visit(1),
            visit(2, 8, reached=False),
            visit(2, 9, reached=False, tries=2),
            visit(3, 9, "U001-02", reached=False),
            visit(3, 9, "U001-02"),
        ],
        actor=CLERK,
        on=date(2026, 9, 10),
    )
    found = {one.household: one for one in visits_queries.contacts(session, MONTH, unit="U001")}
    assert [found[f"h{n}"].state for n in (1, 2, 3, 4)] == [
        ContactState.CONTACTED,
        ContactState.UNREACHED,
        ContactState.CONTACTED,
        ContactState.NEGLECTED,
    ]
    assert found["h2"].label == "试了3次，没联系上"
    done = visits_queries.progress_of(session, "U001", MONTH)
    assert (done.required, done.contacted, done.unreached, done.neglected) == (4, 2, 1, 1)
    assert [
        one.household
        for one in visits_queries.households_not_contacted(session, MONTH, unit="U001")
    ] == ["h4"]


def test_reminders_go_to_the_neglected_only_and_once(opened, doing):
    doing(
        visits_commands.record_visits,
        [visit(1), visit(2, reached=False)],
        actor=CLERK,
        on=date(2026, 9, 10),
    )
    sweep(opened, service_named("unit").jobs, at(2026, 9, 15, 8))
    sweep(opened, service_named("unit").jobs, at(2026, 9, 15, 9))
    with opened() as session:
        reminded = [
            (one.place, one.about, one.households, one.on) for one in session.exec(select(Reminder))
        ]
        assert sorted(reminded) == [
            ("U001-02", "visits", 2, date(2026, 9, 15)),
            ("U002-01", "visits", 2, date(2026, 9, 15)),
        ]


def test_silence_is_missing_and_named_once_after_the_twenty_fifth(opened, doing):
    send_nil(doing, date(2026, 9, 24))
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=date(2026, 9, 25))
    sweep(opened, service_named("unit").jobs, at(2026, 9, 25, 23, 59))
    with opened.begin() as session:
        assert not of(session, UnitListMissed)
        assert {one.place for one in session.exec(select(Reminder)) if one.about == "list"} == {
            "U002"
        }
    for _ in range(2):
        sweep(opened, service_named("unit").jobs, at(2026, 9, 26, 0))
    with opened.begin() as session:
        assert [(one.unit, one.due, one.required) for one in of(session, UnitListMissed)] == [
            ("U002", date(2026, 9, 25), 2)
        ]
        states = {
            one.unit: (one.timeliness, one.content)
            for one in months_queries.unit_statuses(session, MONTH)
        }
        assert states == {"U001": ("on_time", "nil"), "U002": ("missing", "draft")}
        assert months_queries.unit_month(session, "U002", MONTH).neglected_at_due == 2


def test_a_list_sent_but_not_signed_is_missing(opened, doing):
    send_nil(doing, date(2026, 9, 24))
    sweep(opened, service_named("unit").jobs, at(2026, 9, 26, 0))
    with opened.begin() as session:
        assert {one.unit for one in of(session, UnitListMissed)} == {"U001", "U002"}
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=date(2026, 9, 26))
    with opened() as session:
        assert months_queries.unit_month(session, "U001", MONTH).timeliness == "late"


def test_an_exempted_unit_is_recorded_and_not_missing(opened, doing):
    doing(
        months_commands.exempt_unit,
        "U002",
        MONTH,
        reason="单位撤并",
        actor=OFFICE,
        on=date(2026, 9, 20),
    )
    sweep(opened, service_named("unit").jobs, at(2026, 9, 26, 0))
    with opened.begin() as session:
        assert {one.unit for one in of(session, UnitListMissed)} == {"U001"}
        assert of(session, UnitExempted)[0].reason == "单位撤并"
        assert "U002" not in {
            one.place for one in session.exec(select(Reminder)) if one.about == "list"
        }


def test_an_exempted_household_is_neither_required_nor_reminded_of(session, doing):
    doing(
        months_commands.exempt_household,
        "h1",
        MONTH,
        reason="户主去世",
        actor=OFFICE,
        on=date(2026, 9, 10),
    )
    done = visits_queries.progress_of(session, "U001", MONTH)
    assert (done.required, done.exempt, done.neglected) == (3, 1, 3)


def test_whoever_was_contacted_is_exempted_no_more(session, doing):
    doing(visits_commands.record_visits, [visit(1)], actor=HELPER, on=date(2026, 9, 9))
    exempt = months_commands.exempt_household
    with pytest.raises(Conflict, match="已经联系过"):
        doing(exempt, "h1", MONTH, reason="外出", actor=OFFICE, on=date(2026, 9, 10))
    done = visits_queries.progress_of(session, "U001", MONTH)
    assert (done.required, done.contacted, done.exempt) == (4, 1, 0)


def test_a_second_exemption_is_refused_and_the_first_stands(opened, doing):
    first, second = date(2026, 9, 10), date(2026, 9, 12)
    exempt_household, exempt_unit = (months_commands.exempt_household, months_commands.exempt_unit)
    doing(exempt_household, "h1", MONTH, reason="户主去世", actor=OFFICE, on=first)
    doing(exempt_unit, "U002", MONTH, reason="单位撤并", actor=OFFICE, on=first)
    with pytest.raises(Conflict, match="已经免除"):
        doing(exempt_household, "h1", MONTH, reason="外出", actor=OFFICE, on=second)
    with pytest.raises(Conflict, match="已经免除"):
        doing(exempt_unit, "U002", MONTH, reason="外出", actor=OFFICE, on=second)
    with opened() as session:
        row = months_queries.unit_month(session, "U002", MONTH)
        assert (row.exempted_on, row.exempt_reason) == (first, "单位撤并")
        rows = session.exec(select(Required).where(col(Required.exempt_reason).is_not(None)))
        required = rows.one()
        assert required.exempt_reason == "户主去世"
        assert required.exempted_on == first
        assert len(of(session, UnitExempted)) == 1


def test_nobody_is_exempted_who_is_not_on_the_months_list(doing):
    with pytest.raises(NotFound, match="不在应联系的名单里"):
        doing(
            months_commands.exempt_household,
            "h9",
            MONTH,
            reason="户主去世",
            actor=OFFICE,
            on=date(2026, 9, 10),
        )


def test_an_exemption_has_a_reason_and_comes_before_the_signature(opened, doing):
    def exempt(reason: str) -> None:
        doing(
            months_commands.exempt_unit,
            "U001",
            MONTH,
            reason=reason,
            actor=OFFICE,
            on=date(2026, 9, 20),
        )

    with pytest.raises(Refused, match="请写明免除的原因"):
        exempt(" ")
    on = {"on": date(2026, 9, 20)}
    send_nil(doing, date(2026, 9, 20))
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, **on)
    with pytest.raises(Conflict, match="这个单位这个月已经签发报县"):
        exempt("单位撤并")
    with opened() as session:
        assert of(session, UnitExempted) == []


def test_f_11_a_month_that_has_not_begun_is_named_as_people_write_it(opened, client, clock):
    clock.set(at(2026, 9, 28))
    refused = client("unit", OFFICE).get("/unit/months/2026-12")
    assert refused.status_code == 404
    assert "2026年12月还没有开始填报" in refused.text
