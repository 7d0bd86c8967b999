"""Visits, and the findings that come of them."""

from datetime import date

import pytest

from kit.errors import Forbidden, Refused
from kit.messaging.outbox import emitted
from schemas.codes import RiskCause, VisitMode
from schemas.unit import VisitRecorded
from schemas.values import Since
from services.unit.findings import commands as findings_commands
from services.unit.findings import queries as findings_queries
from services.unit.visits import commands as visits_commands
from services.unit.visits import queries as visits_queries
from tests.unit.conftest import CLERK, HEAD, HELPER, MONTH, OFFICE, risk, visit

ON = date(2026, 9, 12)


def told(session):
    return [one for one in emitted(session) if isinstance(one, VisitRecorded)]


def test_the_same_visit_twice_changes_nothing_and_is_told_once(opened, doing):
    first = doing(visits_commands.record_visits, [visit(1), risk(2)], actor=HELPER, on=ON)
    again = doing(visits_commands.record_visits, [visit(1), risk(2)], actor=CLERK, on=ON)
    assert [(one.taken, one.unchanged) for one in (first, again)] == [(2, 0), (0, 2)]
    with opened.begin() as session:
        assert [one.household for one in told(session)] == ["h1", "h2"]
        assert len(findings_queries.findings(session, month=MONTH)) == 1


def test_f_08_words_that_come_with_the_same_visit_later_are_kept(opened, doing):
    """The visit itself is known; what it says of the risk is new."""
    record = visits_commands.record_visits
    doing(record, [risk(1, risk_point=None, matter=None)], actor=HELPER, on=ON)
    more = doing(record, [risk(1)], actor=HELPER, on=ON)
    again = doing(record, [risk(1)], actor=HELPER, on=ON)
    assert [(one.taken, one.unchanged) for one in (more, again)] == [(1, 0), (0, 1)]
    with opened.begin() as session:
        (finding,) = findings_queries.findings(session, month=MONTH)
        assert (finding.state, len(told(session))) == ("complete", 1)
    doing(findings_commands.withdraw_finding, finding.id, reason="看错了", actor=HELPER, on=ON)
    doing(record, [risk(1, matter="另一件事")], actor=HELPER, on=ON)
    with opened.begin() as session:
        (finding,) = findings_queries.findings(session, month=MONTH)
        assert finding.withdrawn_on == ON, "a visit sent twice brings nothing back"


def test_a_visit_carries_no_personal_data_and_since_as_it_was_said(opened, doing):
    doing(
        visits_commands.record_visits,
        [risk(2, since=Since(day=date(2026, 9, 1), about=True))],
        actor=HELPER,
        on=ON,
    )
    with opened.begin() as session:
        event = told(session)[0]
        assert (event.at_risk, event.causes, event.since) == (
            True,
            (RiskCause.ILLNESS,),
            Since(day=date(2026, 9, 1), about=True),
        )
        assert "住院" not in event.model_dump_json()


def test_a_corrected_visit_keeps_its_id(opened, doing):
    doing(visits_commands.record_visits, [visit(1)], actor=HELPER, on=ON)
    doing(visits_commands.record_visits, [risk(1)], actor=HELPER, on=ON)
    with opened.begin() as session:
        first, second = told(session)
        assert first.visit == second.visit
        assert second.at_risk
        assert [one.state for one in findings_queries.findings(session)] == ["complete"]
    with pytest.raises(Refused, match="撤回"):
        doing(visits_commands.record_visits, [visit(1)], actor=HELPER, on=ON)


def test_a_risk_without_words_waits_as_a_draft_until_completed(session, doing):
    doing(
        visits_commands.record_visits, [risk(1, risk_point=None, matter=None)], actor=HELPER, on=ON
    )
    finding = findings_queries.findings(session)[0]
    assert finding.state == "draft"
    doing(
        findings_commands.complete_finding,
        finding.id,
        risk_point="住院花费大",
        matter="医疗救助",
        actor=CLERK,
        on=ON,
    )
    session.expire_all()
    assert findings_queries.findings(session)[0].state == "complete"


def test_a_later_visit_adds_words_to_the_open_finding(session, doing):
    doing(
        visits_commands.record_visits, [risk(1, 5, matter=None, since=Since())], actor=HELPER, on=ON
    )
    more = risk(1, 9, causes=(RiskCause.EDUCATION,), mode=VisitMode.PHONE)
    doing(visits_commands.record_visits, [more], actor=HELPER, on=ON)
    (finding,) = findings_queries.findings(session)
    assert finding.causes == ["ILLNESS", "EDUCATION"]
    assert (finding.state, finding.found_on, finding.since_day) == (
        "complete",
        date(2026, 9, 5),
        date(2026, 9, 5),
    )


def test_who_may_record(doing):
    for actor, note in (
        (HEAD, visit(1)),
        (HELPER, visit(3, helper="U001-02")),
        (CLERK, visit(5, helper="U002-01")),
    ):
        with pytest.raises(Forbidden):
            doing(visits_commands.record_visits, [note], actor=actor, on=ON)


def test_the_countys_clerk_enters_for_a_helper_who_phoned_and_both_stay_on_record(session, doing):
    doing(visits_commands.record_visits, [visit(5, helper="U002-01")], actor=OFFICE, on=ON)
    (one,) = visits_queries.visits_of(session, "h5")
    assert (one.helper, one.recorded_by) == ("U002-01", OFFICE.label)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (visit(1, 13), "晚于今天"),
        (visit(9), "没有找到这户"),
        (visit(1).model_copy(update={"on": date(2026, 8, 30)}), "没有开放填报"),
    ],
)
def test_visits_that_cannot_be_are_refused_and_nothing_is_written(session, doing, note, words):
    with pytest.raises(Refused, match=words):
        doing(visits_commands.record_visits, [visit(2), note], actor=HELPER, on=ON)
    assert visits_queries.visits_of(session, "h2") == []


def test_a_helper_completes_only_his_own(session, doing):
    doing(
        visits_commands.record_visits, [risk(3, helper="U001-02", matter=None)], actor=CLERK, on=ON
    )
    finding = findings_queries.findings(session)[0]
    with pytest.raises(Forbidden):
        doing(
            findings_commands.complete_finding,
            finding.id,
            risk_point="一",
            matter="二",
            actor=HELPER,
            on=ON,
        )
    with pytest.raises(Refused):
        doing(
            findings_commands.complete_finding,
            finding.id,
            risk_point=" ",
            matter="二",
            actor=CLERK,
            on=ON,
        )
