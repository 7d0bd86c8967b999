"""What other services say, delivered twice, in any order."""

import json
from datetime import date
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord
from sqlmodel import select

from backstop.services import service_named
from kit import directory
from kit.messaging.outbox import emitted
from schemas.codes import DIVISIONS, DirectoryKind, GapItem, OrderState, RiskCause, Role
from schemas.county import (
    CaseJoined,
    CaseNotQualified,
    CaseOpened,
    CaseReopened,
    CaseSentBack,
    CaseVerified,
)
from schemas.dispatch import HelpCompleted, OrderClosed, OrderIssued, OrderReopened
from schemas.unit import HouseholdAssigned
from schemas.values import Need, SourceAnswer
from schemas.village import RecheckAnswered
from services.unit.directory import queries as directory_queries
from services.unit.directory.models import Household
from services.unit.findings import queries as findings_queries
from services.unit.findings import tasks as findings_tasks
from services.unit.findings.models import UnitFinding
from services.unit.lists import commands as lists_commands
from services.unit.organisation import commands as organisation_commands
from services.unit.visits import commands as visits_commands
from tests.unit.conftest import (
    ASSIGNED,
    CLERK,
    COUNTY,
    HEAD,
    HELPER,
    MONTH,
    OFFICE,
    REASONS,
    VILLAGE,
    divisions,
    name_everybody,
    register,
    risk,
    who,
)

ON = date(2026, 9, 28)


def record(event):
    """`event` as it comes from Kafka."""
    owner = event.destination.removeprefix("backstop.")
    headers = (
        ("ce_specversion", b"1.0"),
        ("ce_id", str(uuid4()).encode()),
        ("ce_type", event.type.encode()),
        ("ce_source", f"/backstop/{COUNTY}/{owner}".encode()),
        ("ce_subject", event.subject.encode()),
    )
    body = json.dumps(event.model_dump(mode="json"), ensure_ascii=False).encode()
    return ConsumerRecord(
        event.destination, 0, 0, 0, 0, event.subject.encode(), body, None, 0, 0, headers
    )


def deliver(sessions, *events):
    """Each twice: once more in the same batch, once more in a later one."""
    records = [record(event) for event in events]
    for _ in range(2):
        with sessions.begin() as session:
            service_named("unit").handlers.handle(session, [*records, *records])


@pytest.fixture
def finding(opened, doing):
    """A finding that is at the county."""
    doing(visits_commands.record_visits, [risk(1)], actor=CLERK, on=date(2026, 9, 12))
    sent = {"nil": False, **REASONS, "actor": CLERK, "on": date(2026, 9, 24)}
    doing(lists_commands.submit_list, "U001", MONTH, **sent)
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=date(2026, 9, 24))
    with opened() as session:
        return findings_queries.findings(session)[0].id


def order(kind, state, **more):
    return kind(
        order="o1",
        number="DQ-990121-202609-0001",
        case="c1",
        household="h1",
        village=VILLAGE,
        gap_item=GapItem.MEDICAL_COST,
        department="health-insurance",
        state=state,
        on=ON,
        **more,
    )


ISSUED = order(
    OrderIssued,
    OrderState.ISSUED,
    first_issued_on=ON,
    accept_due=ON,
    return_due=ON,
    report_due=ON,
    solve_due=ON,
)
CLOSED = order(OrderClosed, OrderState.CLOSED, days=9)


def opened_case(finding):
    return CaseOpened(
        case="c1",
        number="990121-2026-0001",
        household="h1",
        village=VILLAGE,
        on=ON,
        tiers=("UNIT",),
        findings=(finding,),
    )


def fate(sessions, finding):
    with sessions() as session:
        return findings_queries.finding_view(session, HELPER, finding).fate


def test_divisions_and_households_twice_are_one_each_and_join_what_waited(unit_sessions):
    with unit_sessions.begin() as session:
        name_everybody(session)
        organisation_commands.assign_households(
            session, ASSIGNED, actor=OFFICE, on=date(2026, 9, 1)
        )
        events = [register(session, n) for n in range(1, 7)]
    deliver(unit_sessions, *divisions(), *events)
    with unit_sessions.begin() as session:
        places = directory.entries(session, DIVISIONS)
        assert [one.name for one in places] == ["守望县", "河湾镇", "石桥村"]
        assert directory.name(session, DirectoryKind.HELPER, "U001-02") == "张贵德"
        assert len(session.exec(select(Household)).all()) == 6
        told = [one for one in emitted(session) if isinstance(one, HouseholdAssigned)]
        assert sorted(one.household for one in told) == [f"h{n}" for n in range(1, 7)]


def test_of_two_entries_of_a_household_in_one_batch_the_later_counts(unit_sessions):
    with unit_sessions.begin() as session:
        events = [register(session, 1), register(session, 1, size=5)]
    deliver(unit_sessions, *events)
    with unit_sessions() as session:
        assert directory_queries.household(session, "h1").size == 5


def test_the_finder_sees_what_became_of_the_finding(opened, finding):
    assert fate(opened, finding) == "已报县，县里还没有登记线索"
    deliver(opened, opened_case(finding))
    assert fate(opened, finding) == "县里已登记线索，待核实"
    deliver(opened, ISSUED)
    assert fate(opened, finding) == "已交办1件，办结0件"
    deliver(opened, CLOSED, HelpCompleted(case="c1", household="h1", on=ON))
    assert fate(opened, finding) == "帮扶已全部办结"


def test_an_order_that_was_reopened_is_under_way_again(opened, finding):
    reopened = order(OrderReopened, OrderState.UNDER_WAY, reason="未到账", solve_due=ON)
    deliver(opened, opened_case(finding), ISSUED, CLOSED)
    assert fate(opened, finding) == "已交办1件，办结1件"
    deliver(opened, reopened)
    assert fate(opened, finding) == "已交办1件，办结0件"


def test_an_order_that_overtakes_its_case_is_kept_and_joined(opened, finding):
    deliver(opened, CLOSED, ISSUED)
    assert fate(opened, finding) == "已报县，县里还没有登记线索"
    deliver(opened, opened_case(finding))
    assert fate(opened, finding) == "已交办1件，办结1件"


def test_not_qualified_is_told_with_its_reason(opened, finding):
    event = CaseNotQualified(
        case="c1", household="h1", village=VILLAGE, on=ON, reason="已有保障", findings=(finding,)
    )
    deliver(opened, opened_case(finding), event)
    assert fate(opened, finding) == "经核实不符合条件：已有保障"


def test_village_and_township_read_what_was_signed_there_and_nothing_else(opened, finding, doing):
    doing(
        visits_commands.record_visits,
        [risk(3, helper="U001-02")],
        actor=CLERK,
        on=date(2026, 9, 12),
    )
    with opened() as session:
        for actor in (who(Role.VILLAGE_CLERK, VILLAGE), who(Role.TOWNSHIP_HEAD, "990121100000")):
            assert [one.finding.id for one in findings_queries.notices(session, actor, MONTH)] == [
                finding
            ]
            assert findings_tasks.tasks(session, actor, ON)[0].href == "/unit/notices"
        assert (
            findings_queries.notices(session, who(Role.VILLAGE_CLERK, "990121100202"), MONTH) == []
        )


def joined_case(*findings, joined):
    """An older case of the household, to which a finding came later."""
    return CaseJoined(
        case="c1",
        number="990121-2026-0001",
        household="h1",
        village=VILLAGE,
        on=ON,
        joined=joined,
        findings=findings,
    )


def verified(*findings, needs=(), answers=()):
    return CaseVerified(
        case="c1",
        number="990121-2026-0001",
        household="h1",
        village=VILLAGE,
        on=ON,
        primary_cause=RiskCause.ILLNESS,
        causes=(RiskCause.ILLNESS,),
        needs=needs,
        findings=findings,
        answers=answers,
    )


def test_f_08_a_finding_that_joined_an_older_case_reads_which_and_where_it_stands(opened, finding):
    deliver(opened, opened_case("other"))
    assert fate(opened, finding) == "已报县，县里还没有登记线索"
    deliver(opened, joined_case("other", finding, joined=finding))
    assert fate(opened, finding) == "已并入线索990121-2026-0001，待县里核实"
    deliver(opened, joined_case("other", joined=None))
    assert fate(opened, finding) == "已报县，县里还没有登记线索"


def test_f_05_a_finding_that_came_after_the_decision_has_no_end_until_it_is_answered(
    opened, finding
):
    need = Need(need="n1", gap_item=GapItem.MEDICAL_COST, question="能报销多少", sealed="x")
    first = SourceAnswer(finding="other", need="n1")
    deliver(opened, opened_case("other"), verified("other", needs=(need,), answers=(first,)))
    deliver(opened, ISSUED, joined_case("other", finding, joined=finding))
    deliver(opened, CLOSED, HelpCompleted(case="c1", household="h1", on=ON))
    assert fate(opened, finding) == (
        "已并入线索990121-2026-0001，县里还没有答复这一条；帮扶已全部办结"
    )
    with opened() as session:
        assert findings_queries.finding_view(session, HELPER, finding).ended_on is None
    late = SourceAnswer(finding=finding, need="n1")
    deliver(opened, verified("other", finding, answers=(late,)))
    with opened() as session:
        view = findings_queries.finding_view(session, HELPER, finding)
    assert view.fate == "已并入线索990121-2026-0001，帮扶已全部办结"
    assert (view.facts.answer, view.ended_on) == ("由“医疗费用”解决", ON)


def test_f_08_what_a_closed_case_left_unanswered_reads_what_the_next_case_says(opened, finding):
    deliver(opened, opened_case("other"), verified("other"), ISSUED)
    deliver(opened, joined_case("other", finding, joined=finding))
    deliver(opened, CLOSED, HelpCompleted(case="c1", household="h1", on=ON))
    deliver(opened, opened_case(finding).model_copy(update={"case": "c2", "number": "XS-2"}))
    assert fate(opened, finding) == "县里已登记线索，待核实"
    about = {"case": "c2", "household": "h1", "village": VILLAGE, "findings": (finding,)}
    deliver(opened, CaseNotQualified(**about, on=date(2026, 9, 30), reason="不在监测范围"))
    with opened() as session:
        view = findings_queries.finding_view(session, HELPER, finding)
    assert (view.fate, view.ended_on) == ("经核实不符合条件：不在监测范围", date(2026, 9, 30))


def test_f_08_a_decision_that_was_taken_back_is_no_end(opened, finding):
    about = {"case": "c1", "household": "h1", "village": VILLAGE, "on": ON, "findings": (finding,)}
    turned_down = CaseNotQualified(
        **about,
        reason="反映情况不实",
        answers=(SourceAnswer(finding=finding, why_not="反映情况不实"),),
    )
    deliver(opened, opened_case(finding), turned_down)
    with opened() as session:
        view = findings_queries.finding_view(session, HELPER, finding)
    assert (view.ended_on, view.facts.answer) == (ON, "不办：反映情况不实")
    deliver(opened, CaseReopened(**about, number="990121-2026-0001"))
    with opened() as session:
        view = findings_queries.finding_view(session, HELPER, finding)
    assert (view.fate, view.ended_on) == ("县里撤回了原来的决定，正在重新核实", None)
    assert view.facts.answer is None
    deliver(opened, turned_down.model_copy(update={"on": date(2026, 9, 30)}))
    assert fate(opened, finding) == "经核实不符合条件：反映情况不实"


def test_f_08_what_the_county_has_verified_is_not_over_because_it_was_struck_out(opened, finding):
    with opened.begin() as session:
        row = session.get(UnitFinding, finding)
        row.struck_on, row.struck_reason = ON, "不属实"
    deliver(opened, opened_case(finding))
    assert fate(opened, finding) == "已划除：不属实"
    deliver(opened, verified(finding))
    with opened() as session:
        view = findings_queries.finding_view(session, HELPER, finding)
    assert (view.fate, view.ended_on) == ("已划除：不属实；县里已核实，等待交办", None)


@pytest.mark.parametrize("answer_first", [False, True])
def test_f_11_what_the_township_has_answered_waits_for_the_county(opened, finding, answer_first):
    """Village and county speak on two topics, in whatever order they are heard."""
    about = {"case": "c1", "household": "h1", "village": VILLAGE, "findings": (finding,)}
    sent_back = CaseSentBack(
        **about,
        number="990121-2026-0001",
        township=f"{VILLAGE[:9]}000",
        on=ON,
        due=date(2026, 10, 9),
        question="请再看一次",
    )
    answered = RecheckAnswered(
        case="c1", township=f"{VILLAGE[:9]}000", on=ON, still_at_risk=True, sealed="x"
    )
    if not answer_first:
        deliver(opened, opened_case(finding), sent_back)
        assert fate(opened, finding) == "退回乡镇复核"
        deliver(opened, answered)
    else:
        deliver(opened, answered, opened_case(finding), sent_back)
    assert fate(opened, finding) == "乡镇已复核，等县里决定"
    deliver(opened, sent_back.model_copy(update={"on": date(2026, 10, 10)}))
    assert fate(opened, finding) == "退回乡镇复核", "asked once more"


def test_f_13_a_case_that_was_joined_by_mistake_decided_nothing(opened, finding):
    void = CaseNotQualified(
        case="c1",
        household="h1",
        village=VILLAGE,
        on=ON,
        reason="归并有误，已撤回，正在重新确认",
        findings=(finding,),
        void=True,
    )
    deliver(opened, opened_case(finding), void)
    with opened() as session:
        view = findings_queries.finding_view(session, HELPER, finding)
    assert (view.fate, view.ended_on) == ("已报县，县里还没有登记线索", None)
