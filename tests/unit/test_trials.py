"""What trials of the software showed at the unit tier, with the right value."""

from collections import Counter
from datetime import date

import pytest

from kit.database.rows import named
from kit.errors import Conflict, Forbidden, Refused
from kit.messaging.outbox import emitted
from kit.seal import unseal
from schemas.codes import RiskCause, Role, Severity, VisitMode
from schemas.county import BulletinIssued
from schemas.dispatch import HelpCompleted
from schemas.unit import UnitListSigned, UnitListSubmitted
from schemas.values import Name
from services.unit.findings import commands as findings_commands
from services.unit.findings import queries as findings_queries
from services.unit.findings import tasks as findings_tasks
from services.unit.lists import commands as lists_commands
from services.unit.lists import queries as lists_queries
from services.unit.lists import tasks as lists_tasks
from services.unit.months import commands as months_commands
from services.unit.months import queries as months_queries
from services.unit.months import tasks as months_tasks
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation.forms import AssignmentRow
from services.unit.organisation.models import Helper
from services.unit.visits import commands as visits_commands
from services.unit.visits import tasks as visits_tasks
from tests.unit.conftest import (
    CLERK,
    HEAD,
    HELPER,
    MONTH,
    OFFICE,
    REASON,
    REASONS,
    risk,
    visit,
    who,
)
from tests.unit.test_handlers import CLOSED, ISSUED, deliver, opened_case

ON = date(2026, 9, 24)
DECEMBER = date(2026, 12, 2)
OTHER_HELPER = who(Role.HELPER, "U001-02", "张贵德")
ROOMS = (visits_tasks, findings_tasks, lists_tasks, months_tasks)
ACTORS = (
    OFFICE,
    *(who(role, unit) for unit in ("U001", "U002") for role in (Role.UNIT_CLERK, Role.UNIT_HEAD)),
    *(who(Role.HELPER, code) for code in ("U001-01", "U001-02", "U002-01", "U002-02")),
)


def tasks_of(session, actor, on=DECEMBER):
    return [task for room in ROOMS for task in room.tasks(session, actor, on)]


def owners(session, on=DECEMBER):
    """Open row → on whose list it stands; each on one alone."""
    stands = [
        (row, actor.place, actor.role)
        for actor in ACTORS
        for task in tasks_of(session, actor, on)
        for row in task.objects
    ]
    assert [row for row, times in Counter(row for row, *_ in stands).items() if times > 1] == []
    return {row: (role, place) for row, place, role in stands}


def record(doing, *notes, actor=OFFICE, on=ON):
    doing(visits_commands.record_visits, list(notes), actor=actor, on=on)


def submit(doing, nil=False, on=ON, **more):
    return doing(
        lists_commands.submit_list, "U001", MONTH, nil=nil, actor=CLERK, on=on, **REASONS | more
    )


def only(session):
    (finding,) = findings_queries.findings(session)
    return finding


def stored(sessions):
    with sessions() as session:
        return only(session)


def verify(doing, finding, on=ON, **changed):
    said = {"verified_by": "周核实", "verified_on": date(2026, 9, 20)} | changed
    how = {"verified_how": VisitMode.FIELD_VISIT} | said
    return doing(findings_commands.verify_finding, finding, **how, actor=CLERK, on=on)


# Nobody is forgotten ------------------------------------------------------------------------


@pytest.fixture
def later(opened, doing):
    """October and November have opened too."""
    for month in ("2026-10", "2026-11", "2026-12"):
        doing(months_commands.open_month, month, on=date(2026, int(month[5:]), 1))
    return opened


def test_f_01_in_december_what_is_open_of_september_stands_on_its_owners_list(later, doing):
    record(doing, risk(1, matter=None), risk(2), risk(3, helper="U001-02"))
    with later() as session:
        draft, ready, sent = findings_queries.findings(session)
    submit(doing)
    record(doing, risk(4, helper="U001-02"))
    with later() as session:
        (supplement,) = [
            finding for finding in findings_queries.findings(session) if finding.household == "h4"
        ]
        (unit_list,) = lists_queries.lists_of(session, "U001", MONTH)
        open_rows = owners(session)
        assert open_rows[named(draft)] == (Role.HELPER, "U001-01")
        assert open_rows[named(supplement)] == (Role.UNIT_CLERK, "U001")
        assert open_rows[named(unit_list)] == (Role.UNIT_HEAD, "U001")
        assert open_rows["unit_month:2026-09/U002"] == (Role.UNIT_CLERK, "U002")
        assert "unit_month:2026-09/U001" not in open_rows
        assert not {named(ready), named(sent)} & open_rows.keys()
        sign = [task for task in tasks_of(session, HEAD) if task.kind == "sign"]
        assert [(task.title, task.due) for task in sign] == [
            ("签发2026年9月名单", date(2026, 9, 25))
        ]
        (complete,) = [task for task in tasks_of(session, HELPER) if task.kind == "complete"]
        assert complete.title == "补充张珍（2026年9月）的风险点和需解决的事"


def test_f_01_contacts_of_a_past_month_are_owed_until_the_list_has_gone(later, doing):
    record(doing, visit(1))
    with later() as session:
        mine = [task for task in tasks_of(session, HELPER) if task.due == date(2026, 9, 20)]
        assert [task.title for task in mine] == ["2026年9月联系谢华建（石桥村01组），还没有登记"]
        assert [row.split(":")[0] for task in mine for row in task.objects] == ["required"]
        assert "3户2026年9月还没有联系" in [task.title for task in tasks_of(session, CLERK)]
    submit(doing, nil=True)
    with later() as session:
        assert [task for task in tasks_of(session, HELPER) if "2026年9月" in task.title] == []


def test_f_01_each_contact_stands_once(opened, doing):
    record(doing, visit(1), visit(2, reached=False))
    with opened() as session:
        rows = [row for row in owners(session, ON) if row.startswith("required:")]
        assert len(rows) == 5  # of six; one was contacted, one tried in vain


def test_f_01_the_bulletin_ends_what_is_owed_and_nothing_that_is_there(later, doing):
    record(doing, risk(1, matter=None))
    bulletin = BulletinIssued(month=MONTH, issued_on=date(2026, 10, 5), sha256="0" * 64)
    deliver(later, bulletin, BulletinIssued(**bulletin.model_dump() | {"erratum": 1}))
    with later() as session:
        assert months_queries.month(session, MONTH).closed_on == date(2026, 10, 5)
        september = [row for row in owners(session) if "2026-09" in row]
        assert september == []
        assert named(only(session)) in owners(session)
        silent = [task.title for task in tasks_of(session, OFFICE)]
        assert not any("2026年9月" in title for title in silent)
    finding = stored(later)
    words = {"risk_point": "户主住院", "matter": "落实医疗救助", "actor": CLERK}
    doing(findings_commands.complete_finding, finding.id, **words, on=DECEMBER)
    with later() as session:
        (late,) = [task for task in tasks_of(session, CLERK) if named(finding) in task.objects]
        assert late.title == "补报2026年9月的1户"
    submit(doing, on=DECEMBER)  # a late one is still taken
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=DECEMBER)


def test_f_01_open_work_follows_the_present_helper(opened, doing):
    record(doing, risk(1, matter=None))
    doing(
        organisation_commands.transfer_helper,
        "U001-01",
        "U001-02",
        reason="调离本单位",
        actor=CLERK,
        on=ON,
    )
    with opened() as session:
        finding = only(session)
        assert owners(session, ON)[named(finding)] == (Role.HELPER, "U001-02")
        assert tasks_of(session, HELPER, ON) == []
        assert len([task for task in tasks_of(session, OTHER_HELPER, ON) if task.objects]) == 4
    doing(
        findings_commands.complete_finding,
        finding.id,
        risk_point="户主住院",
        matter="落实医疗救助",
        actor=OTHER_HELPER,
        on=ON,
    )


def test_f_01_what_no_helper_has_any_more_is_the_clerks(opened, doing):
    record(doing, risk(1, matter=None))
    with opened.begin() as session:
        session.get_one(Helper, "U001-01").left_on = ON
    with opened() as session:
        assert owners(session, ON)[named(only(session))] == (Role.UNIT_CLERK, "U001")
        (orphans,) = [task for task in tasks_of(session, CLERK, ON) if task.kind == "orphans"]
        assert (orphans.count, len(orphans.objects), orphans.note) == (1, 1, "谢华建")
        assert tasks_of(session, HELPER, ON) == []


def test_f_01_a_household_that_the_register_lacks_is_the_clerks(people):
    rows = [AssignmentRow(helper="U001-01", number="H0009", head_name="待登记户")]
    with people.begin() as session:
        organisation_commands.assign_households(session, rows, actor=OFFICE, on=ON)
        months_commands.open_month(session, MONTH, on=date(2026, 9, 1))
    with people() as session:
        (orphans,) = [task for task in tasks_of(session, CLERK, ON) if task.kind == "orphans"]
        assert orphans.count == len(orphans.objects) == 1


def test_f_01_a_unit_that_was_not_expected_can_send_what_it_found(people):
    with people.begin() as session:
        rows = [AssignmentRow(helper="U001-01", number=number) for number in ("H0005", "H0006")]
        organisation_commands.assign_households(session, rows, actor=OFFICE, on=ON)
        months_commands.open_month(session, MONTH, on=date(2026, 9, 1))
        back = [AssignmentRow(helper="U002-01", number="H0005")]
        organisation_commands.assign_households(session, back, actor=OFFICE, on=ON)
    clerk, head = who(Role.UNIT_CLERK, "U002"), who(Role.UNIT_HEAD, "U002")
    with people.begin() as session:
        note = risk(5, helper="U002-01")
        visits_commands.record_visits(session, [note], actor=clerk, on=ON)
    with people.begin() as session:
        (task,) = [task for task in tasks_of(session, clerk, ON) if task.kind == "send"]
        assert task.title == "补报本月的1户"
        more = {"nil": False, **REASONS, "on": ON}
        lists_commands.submit_list(session, "U002", MONTH, actor=clerk, **more)
        lists_commands.sign_list(session, "U002", MONTH, actor=head, on=ON)
    with people.begin() as session:
        missing = lists_commands.report_missing_lists(session, MONTH)
        assert [row.unit for row in missing] == ["U001"]


def test_f_01_the_county_urges_every_month_and_a_reminder_knows_what_is_over(later, doing):
    with later() as session:
        titles = [task.title for task in tasks_of(session, OFFICE)]
        assert titles == [
            f"2家单位还没有签发{month}名单"
            for month in ("2026年9月", "2026年10月", "2026年11月", "本月")
        ]
        assert not any(task.objects for task in tasks_of(session, OFFICE))
    submit(doing, nil=True)
    assert doing(months_commands.remind_helpers, MONTH, ON) == 1  # U002-01 alone


def test_f_01_an_exempt_unit_owes_no_list_and_still_sends_what_it_found(opened, doing):
    record(doing, risk(1))
    doing(months_commands.exempt_unit, "U001", MONTH, reason="单位撤并", actor=OFFICE, on=ON)
    with opened() as session:
        (task,) = tasks_of(session, CLERK, ON)
        assert (task.title, task.objects) == ("补报本月的1户", (named(only(session)),))
        assert tasks_of(session, HELPER, ON) == []


# Nothing false is said ----------------------------------------------------------------------


def test_f_02_nil_is_declared_after_a_look_at_who_was_not_contacted(opened, doing):
    record(doing, visit(1), visit(2, reached=False))
    said = "4户中2户没有联系、1户没联系上（陈红梅、曹刚秀、谢华建）"
    for reason in (None, " "):
        with pytest.raises(Refused, match=said) as refused:
            submit(doing, nil=True, nil_reason=reason)
        assert refused.value.field == "nil_reason"
    for personal in ("陈红梅外出", "电话16000000001停机"):
        with pytest.raises(Refused, match="不要写姓名"):
            submit(doing, nil=True, nil_reason=personal)
    submit(doing, nil=True)
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=ON)
    with opened() as session:
        sent, signed = [
            event
            for event in emitted(session)
            if isinstance(event, UnitListSubmitted | UnitListSigned)
        ]
        assert (sent.nil, sent.nil_reason, signed.nil, signed.nil_reason) == (
            True,
            REASON,
            True,
            REASON,
        )


def test_f_02_nil_needs_no_reason_when_everybody_was_contacted(opened, doing):
    record(doing, visit(1), visit(2), visit(3, helper="U001-02"), visit(4, helper="U001-02"))
    assert submit(doing, nil=True, nil_reason=None).list.nil_reason is None


def test_f_02_a_nil_is_not_signed_while_a_finding_stands(opened, doing):
    submit(doing, nil=True)
    record(doing, risk(1))
    with pytest.raises(Refused, match="又登记了1户有风险（张珍）"):
        doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=ON)
    submit(doing)
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=ON)
    with opened() as session:
        signed = [event for event in emitted(session) if isinstance(event, UnitListSigned)]
        assert [event.nil for event in signed] == [False, False]


def test_f_08_a_finder_reads_the_end_whatever_the_month(later, doing):
    record(doing, risk(1), risk(2, matter=None))
    submit(doing)
    doing(lists_commands.sign_list, "U001", MONTH, actor=HEAD, on=ON)
    with later() as session:
        (signed,) = [
            finding.id
            for finding in findings_queries.findings(session)
            if finding.household == "h1"
        ]
    deliver(later, opened_case(signed), ISSUED)
    with later() as session:
        first, second = findings_queries.reported(session, HELPER)
        assert (first.case_number, [order.number for order in first.orders], first.ended_on) == (
            "990121-2026-0001",
            ["DQ-990121-202609-0001"],
            None,
        )
        assert second.fate == "待补充"
        assert len(findings_queries.reported(session, CLERK)) == 2
        assert findings_queries.reported(session, OTHER_HELPER) == []
    deliver(later, CLOSED, HelpCompleted(case="c1", household="h1", on=date(2026, 11, 9)))
    with later() as session:
        last = findings_queries.reported(session, HELPER)[-1]
        assert (last.fate, last.ended_on) == ("帮扶已全部办结", date(2026, 11, 9))


def test_f_10_a_finding_is_mended_and_what_stood_there_is_kept(opened, doing):
    record(doing, risk(1, severity=Severity.URGENT))
    finding = stored(opened)
    doing(
        findings_commands.complete_finding,
        finding.id,
        risk_point="户主骨折",
        matter="申请临时救助",
        causes=[RiskCause.NATURAL_DISASTER],
        severity=Severity.SERIOUS,
        actor=HELPER,
        on=ON,
    )
    with opened() as session:
        mended, (before,) = only(session), findings_queries.former(session, finding.id)
        assert (mended.risk_point, mended.causes, mended.severity) == (
            "户主骨折",
            [RiskCause.NATURAL_DISASTER],
            Severity.SERIOUS,
        )
        assert (before.risk_point, before.causes, before.severity, before.replaced_by) == (
            "户主住院",
            [RiskCause.ILLNESS],
            Severity.URGENT,
            HELPER.label,
        )


def test_f_10_a_finding_is_taken_back_with_a_reason_and_does_not_come_back_as_it_was(opened, doing):
    record(doing, risk(1, severity=Severity.URGENT))
    finding = stored(opened)

    def withdraw(actor=HELPER, reason="登记错了户"):
        return doing(
            findings_commands.withdraw_finding, finding.id, reason=reason, actor=actor, on=ON
        )

    with pytest.raises(Refused, match="撤回的理由"):
        withdraw(reason=" ")
    with pytest.raises(Forbidden):
        withdraw(actor=OTHER_HELPER)
    withdraw()
    with pytest.raises(Conflict, match="已经撤回：登记错了户"):
        withdraw()
    with opened() as session:
        assert (
            findings_queries.finding_view(session, HELPER, finding.id).fate == "已撤回：登记错了户"
        )
        assert named(only(session)) not in owners(session, ON)
    record(
        doing, risk(1, 20, risk_point="屋顶漏雨", matter=None, causes=(RiskCause.NATURAL_DISASTER,))
    )
    with opened() as session:
        again, (before,) = only(session), findings_queries.former(session, finding.id)
        assert (again.withdrawn_on, again.severity, again.causes, again.risk_point) == (
            None,
            Severity.ORDINARY,
            [RiskCause.NATURAL_DISASTER],
            "屋顶漏雨",
        )
        assert (again.matter, again.state, again.found_on) == (None, "draft", date(2026, 9, 20))
        assert (before.severity, before.risk_point, before.withdrawn_reason) == (
            Severity.URGENT,
            "户主住院",
            "登记错了户",
        )


def test_f_10_once_a_list_has_taken_it_a_finding_is_not_taken_back(opened, doing):
    record(doing, risk(1))
    submit(doing)
    finding = stored(opened).id
    with pytest.raises(Conflict, match="已经报送"):
        doing(findings_commands.withdraw_finding, finding, reason="错", actor=HELPER, on=ON)


def test_f_10_after_a_mistake_was_taken_back_nil_can_be_declared(opened, doing):
    record(doing, risk(1))
    finding = stored(opened).id
    with pytest.raises(Refused, match="登记过有风险的农户（张珍），不能零报告"):
        submit(doing, nil=True)
    doing(findings_commands.withdraw_finding, finding, reason="错户", actor=HELPER, on=ON)
    submit(doing, nil=True)


def test_f_10_a_later_visit_does_not_take_the_urgency_away(opened, doing):
    record(doing, risk(1, 9, severity=Severity.URGENT), risk(1, 15))
    assert stored(opened).severity is Severity.URGENT


def test_f_11_a_call_with_nothing_but_no_risk_is_no_contact(doing):
    with pytest.raises(Refused, match="只有“没有风险”不算联系"):
        record(doing, visit(1, living=None))
    record(doing, visit(1, living=None, income="收支平衡"), visit(2, living=None, reached=False))


def test_f_12_what_is_missing_is_said_before_the_list_goes(opened, doing):
    record(doing, risk(1), visit(2, reached=False), risk(3, helper="U001-02", matter=None))
    with opened() as session:
        review = lists_queries.review(session, "U001", MONTH, date(2026, 9, 26))
        assert (review.neglected, review.unreached) == (["曹刚秀"], ["谢华建"])
        assert (review.ready, review.incomplete, review.unverified) == (
            ["张珍"],
            ["陈红梅"],
            ["张珍"],
        )
        assert (review.late, review.is_whole) == (True, False)


def test_f_12_a_finding_that_nobody_verified_is_named_and_sent_with_a_reason_alone(opened, doing):
    record(doing, risk(1), risk(2))
    with opened() as session:
        first = findings_queries.findings(session)[0].id
    verify(doing, first)
    with pytest.raises(
        Refused, match="1户还没有写明调查核实（谁、哪天、怎么核实的）：谢华建"
    ) as refused:
        submit(doing, unverified_reason=None)
    assert refused.value.field == "unverified_reason"
    submit(doing)
    with opened() as session:
        (event,) = [event for event in emitted(session) if isinstance(event, UnitListSubmitted)]
        (verification,) = event.verifications
        assert (verification.finding, verification.on, verification.how) == (
            first,
            date(2026, 9, 20),
            VisitMode.FIELD_VISIT,
        )
        assert unseal(session, verification.sealed, Name).name == "周核实"
        assert event.unverified_reason == REASON
        assert "周核实" not in event.model_dump_json()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"verified_by": " "}, "是谁核实的"),
        ({"verified_on": date(2026, 9, 25)}, "晚于今天"),
        ({"verified_on": date(2026, 9, 8)}, "早于发现日期"),
    ],
)
def test_a_verification_says_who_and_a_day_that_can_be(opened, doing, changed, sentence):
    record(doing, risk(1))
    with pytest.raises(Refused, match=sentence):
        verify(doing, stored(opened).id, **changed)
