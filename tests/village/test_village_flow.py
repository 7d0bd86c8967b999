"""A list from the group leader to the county."""

import pytest

from kit.errors import Conflict, Forbidden, NotFound, Refused
from schemas.codes import Content, Timeliness
from schemas.village import (
    GroupReported,
    GroupReportWithdrawn,
    HouseholdRegistered,
    ListSubmitted,
    TownshipSigned,
    UrgentFindingSigned,
)
from services.village.findings import commands as findings_commands
from services.village.findings import queries as findings_queries
from services.village.findings.forms import FindingDraft, ReviewForm
from services.village.findings.rules import Stage
from services.village.lists import commands as lists_commands
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries
from services.village.register.forms import Newcomer
from services.village.register.rules import TaskState
from services.village.screening import commands as screening_commands
from services.village.townships import commands as townships_commands
from tests.village.personas import (
    ADMINISTRATOR,
    ASKED,
    BAISHUI,
    CLERK,
    HEAD,
    HELPER,
    HEWAN,
    LEADER,
    MAJIA,
    MAJIA_CLERK,
    MONTH,
    OFFICE,
    OTHER_HEAD,
    SHIQIAO,
    TOWNSHIP_CLERK,
    UNWAITED,
    on,
    person,
)


def report(session, day=15, *, actor=LEADER, nil=False, findings=()):
    return screening_commands.report_group(
        session, SHIQIAO, "01", MONTH, nil=nil, findings=findings, actor=actor, on=on(day)
    )


def withdraw(session, day):
    return screening_commands.withdraw_group_report(
        session, SHIQIAO, "01", MONTH, actor=LEADER, on=on(day)
    )


def submit(session, village, actor, day, nil=False, **more):
    return lists_commands.submit_list(
        session, village, MONTH, nil=nil, actor=actor, on=on(day), **{"silent_reason": ASKED} | more
    )


def add(session, register, number="H1", *, village=SHIQIAO, actor=CLERK, day=18, **more):
    return findings_commands.add_finding(
        session, village, MONTH, register.draft(number, **more), actor=actor, on=on(day)
    )


def sign(session, day, actor=HEAD, township=HEWAN, missing_reason=UNWAITED):
    return townships_commands.sign_township(
        session, township, MONTH, actor=actor, on=on(day), missing_reason=missing_reason
    )


def test_a_finding_travels_from_the_leader_to_the_county(session, register, heard):
    report(
        session, findings=[register.draft("H1", risk_point=None, matter=None, note="家里有人住院")]
    )
    (finding,) = findings_queries.findings(session, MONTH, SHIQIAO)
    with pytest.raises(Refused, match="没有审核"):
        submit(session, SHIQIAO, CLERK, 18)
    with pytest.raises(Refused, match="风险点、需解决的相关事宜"):
        findings_commands.review_finding(
            session, finding.id, ReviewForm(agreed=True), actor=CLERK, on=on(18)
        )
    findings_commands.review_finding(
        session,
        finding.id,
        ReviewForm(agreed=True, risk_point="住院自付大", matter="医疗救助"),
        actor=CLERK,
        on=on(18),
    )
    submit(session, SHIQIAO, CLERK, 20)
    findings_commands.recheck_finding(
        session, finding.id, agreed=True, actor=TOWNSHIP_CLERK, on=on(22)
    )
    sign(session, 28)
    (reported,), (sent,), (signed,) = (
        heard(session, kind) for kind in (GroupReported, ListSubmitted, TownshipSigned)
    )
    assert (reported.late, reported.nil, reported.at_risk) == (False, False, (register["H1"],))
    assert (sent.late, sent.nil, sent.township, sent.findings[0].finding) == (
        False,
        False,
        HEWAN,
        finding.id,
    )
    assert (signed.villages, signed.missing) == ((SHIQIAO,), (MAJIA, BAISHUI))
    assert [(one.finding, one.agreed) for one in signed.verdicts] == [(finding.id, True)]
    assert finding.stage is Stage.AT_COUNTY


def test_a_nil_return_is_one_tap_and_a_second_tap_changes_nothing(session, heard):
    report(session, nil=True)
    report(session, nil=True)
    (event,) = heard(session, GroupReported)
    assert (event.nil, event.late, event.by_delegate) == (True, False, False)


def test_a_report_is_nil_or_has_findings_never_both_never_neither(session, register):
    for nil, findings in ((False, []), (True, [register.draft("H1")])):
        with pytest.raises(Refused, match="只能选一样"):
            report(session, nil=nil, findings=findings)


def test_what_is_found_after_a_nil_return_takes_its_place(session, register, heard):
    report(session, 5, nil=True)
    row = report(session, 16, findings=[register.draft("H1")])
    assert (row.content, row.received_on) == (Content.FINDINGS, on(5))
    assert [event.nil for event in heard(session, GroupReported)] == [True, False]
    with pytest.raises(Conflict, match="收回"):
        report(session, 16, nil=True)


def test_a_leader_takes_back_freely_until_the_village_has_sent(session, register, heard):
    report(session, findings=[register.draft("H1")])
    row = withdraw(session, 16)
    assert (row.timeliness, row.content, row.received_on) == (Timeliness.WAITING, None, None)
    assert len(heard(session, GroupReportWithdrawn)) == 1
    assert findings_queries.findings(session, MONTH, SHIQIAO) == []
    report(session, 16, nil=True)
    submit(session, SHIQIAO, CLERK, 17, nil=True)
    with pytest.raises(Conflict, match="不能收回"):
        withdraw(session, 17)


def test_a_finding_taken_back_and_reported_again_is_the_same_finding(session, register):
    report(session, findings=[register.draft("H1")])
    (first,) = findings_queries.findings(session, MONTH, SHIQIAO)
    withdraw(session, 16)
    report(session, 16, findings=[register.draft("H1", risk_point="改过的话")])
    (again,) = findings_queries.findings(session, MONTH, SHIQIAO)
    assert (again.id, again.risk_point, again.stage) == (first.id, "改过的话", Stage.REPORTED)


def test_a_clerk_enters_for_a_leader_who_phoned_and_both_names_are_kept(session, heard):
    row = report(session, 18, nil=True, actor=CLERK)
    assert (row.by_name, row.on_behalf_of, row.timeliness) == (
        "石桥文书",
        "组长11",
        Timeliness.LATE,
    )
    (event,) = heard(session, GroupReported)
    assert (event.by_delegate, event.late) == (True, True)


def test_a_leader_reports_only_the_own_group(session, register):
    with pytest.raises(Forbidden, match="不在您的名单里"):
        report(session, findings=[register.draft("H3")])
    with pytest.raises(Forbidden):
        screening_commands.report_group(
            session, SHIQIAO, "02", MONTH, nil=True, actor=LEADER, on=on(15)
        )
    with pytest.raises(Refused, match="选择一个原因"):
        report(session, findings=[register.draft("H1", causes=[])])


def test_a_list_sent_on_the_twenty_first_is_late(session, heard):
    assert submit(session, SHIQIAO, CLERK, 20, nil=True).late is False
    assert submit(session, MAJIA, MAJIA_CLERK, 21, nil=True).late is True
    assert [(event.village, event.late) for event in heard(session, ListSubmitted)] == [
        (SHIQIAO, False),
        (MAJIA, True),
    ]


def test_nil_and_findings_exclude_each_other_in_a_list(session, register):
    with pytest.raises(Refused, match="零报告"):
        submit(session, SHIQIAO, CLERK, 18)
    add(session, register)
    with pytest.raises(Refused, match="不能报零报告"):
        submit(session, SHIQIAO, CLERK, 18, nil=True)


def test_a_village_entering_an_incomplete_finding_has_to_complete_it(session, register):
    finding = add(session, register, matter=None)
    assert finding.village_agreed is None
    with pytest.raises(Refused, match="没有审核"):
        submit(session, SHIQIAO, CLERK, 18)
    add(session, register, matter="医疗救助")
    assert submit(session, SHIQIAO, CLERK, 18).late is False


def test_what_the_village_finds_later_travels_as_a_supplement(session, register, heard):
    submit(session, SHIQIAO, CLERK, 18, nil=True)
    with pytest.raises(Conflict, match="没有新增"):
        submit(session, SHIQIAO, CLERK, 19)
    assert sign(session, 25).late is False
    add(session, register, day=26)
    assert submit(session, SHIQIAO, CLERK, 26).supplement == 1
    signature = sign(session, 27)
    assert (signature.supplement, signature.late, signature.villages) == (1, True, [SHIQIAO])
    assert [event.supplement for event in heard(session, ListSubmitted)] == [0, 1]
    row = months_queries.reporter(session, MONTH, Reporter.VILLAGE, SHIQIAO)
    assert (row.timeliness, row.content) == (Timeliness.ON_TIME, Content.FINDINGS)


def test_a_sign_off_names_the_missing_and_the_late_list_follows_as_a_signed_supplement(
    session, heard
):
    submit(session, SHIQIAO, CLERK, 18, nil=True)
    assert sign(session, 30).missing == [MAJIA, BAISHUI]
    with pytest.raises(Conflict, match="没有待签发"):
        sign(session, 30)
    submit(session, MAJIA, MAJIA_CLERK, 30, nil=True)
    second = sign(session, 30)
    assert (second.villages, second.missing, second.late) == ([MAJIA], [BAISHUI], True)
    assert [event.supplement for event in heard(session, TownshipSigned)] == [0, 1]


def test_nobody_signs_for_another(session):
    submit(session, SHIQIAO, CLERK, 18, nil=True)
    for actor in (OTHER_HEAD, TOWNSHIP_CLERK, OFFICE, ADMINISTRATOR, CLERK, HELPER):
        with pytest.raises(Forbidden):
            sign(session, 20, actor)


@pytest.mark.parametrize("actor", [LEADER, MAJIA_CLERK, HEAD, ADMINISTRATOR, HELPER])
def test_nobody_else_sends_a_villages_list(session, actor):
    with pytest.raises(Forbidden):
        submit(session, SHIQIAO, actor, 18, nil=True)


def test_wrong_months_and_unknown_divisions_are_refused(session):
    for month in ("2026-13", "九月", "2026-10"):
        with pytest.raises(Refused, match="月份"):
            lists_commands.submit_list(session, SHIQIAO, month, nil=True, actor=CLERK, on=on(18))
    with pytest.raises(NotFound, match="990121100999"):
        lists_commands.submit_list(
            session, "990121100999", MONTH, nil=True, actor=OFFICE, on=on(18)
        )
    with pytest.raises(NotFound, match="09组"):
        screening_commands.report_group(
            session, SHIQIAO, "09", MONTH, nil=True, actor=OFFICE, on=on(15)
        )


def test_gt_24_an_urgent_finding_travels_alone_and_at_once(session, register, heard):
    """GT-24: at the county the same day by one signature; the monthly list shows it as already
    reported.
    """
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(2)
    )
    for actor in (TOWNSHIP_CLERK, OTHER_HEAD, OFFICE):
        with pytest.raises(Forbidden):
            findings_commands.sign_urgent(session, finding.id, actor=actor, on=on(2))
    findings_commands.sign_urgent(session, finding.id, actor=HEAD, on=on(2))
    (urgent,) = heard(session, UrgentFindingSigned)
    assert (urgent.signed_on, urgent.finding.severity, urgent.finding.already_reported) == (
        on(2),
        "URGENT",
        False,
    )
    with pytest.raises(Conflict):
        findings_commands.sign_urgent(session, finding.id, actor=HEAD, on=on(2))
    with pytest.raises(Conflict, match="紧急"):
        withdraw(session, 3)
    submit(session, SHIQIAO, CLERK, 20)
    (sent,) = heard(session, ListSubmitted)
    assert [(one.finding, one.already_reported) for one in sent.findings] == [(finding.id, True)]
    sign(session, 25)
    assert [(one.finding, one.agreed) for one in heard(session, TownshipSigned)[0].verdicts] == [
        (finding.id, True)
    ]


def test_an_urgent_finding_says_all_three_things(session, register):
    with pytest.raises(Refused, match="需解决的相关事宜"):
        screening_commands.report_urgent(
            session, SHIQIAO, MONTH, register.draft("H1", matter=None), actor=CLERK, on=on(2)
        )


def test_gt_26_a_finding_struck_out_stays_visible_with_its_reason(session, register, heard):
    """GT-26: struck out by the township, it is visible at the county, and the finder sees it."""
    finding, kept = add(session, register), add(session, register, "H2")
    submit(session, SHIQIAO, CLERK, 19)
    with pytest.raises(Refused, match="原因"):
        findings_commands.recheck_finding(
            session, finding.id, agreed=False, actor=TOWNSHIP_CLERK, on=on(22)
        )
    findings_commands.recheck_finding(
        session, finding.id, agreed=False, reason="已有稳定收入", actor=TOWNSHIP_CLERK, on=on(22)
    )
    sign(session, 25)
    verdicts = {
        one.finding: (one.agreed, one.reason) for one in heard(session, TownshipSigned)[0].verdicts
    }
    assert verdicts == {finding.id: (False, "乡镇不同意上报：已有稳定收入"), kept.id: (True, None)}
    assert finding in findings_queries.findings(session, MONTH, SHIQIAO)


def test_gt_26_struck_out_by_the_village_it_travels_as_a_line_and_the_list_is_no_nil_return(
    session, register, heard
):
    """GT-26: the village's own reason travels with the list; a list of struck-out lines only
    declares nothing.
    """
    finding = add(session, register)
    findings_commands.review_finding(
        session, finding.id, ReviewForm(agreed=False, reason="重复"), actor=CLERK, on=on(18)
    )
    with pytest.raises(Refused):
        submit(session, SHIQIAO, CLERK, 19, nil=True)
    submit(session, SHIQIAO, CLERK, 19)
    (sent,) = heard(session, ListSubmitted)
    assert (sent.nil, [one.struck_out for one in sent.findings]) == (
        False,
        ["村级不同意上报：重复"],
    )
    with pytest.raises(Conflict):
        findings_commands.recheck_finding(
            session, finding.id, agreed=True, actor=TOWNSHIP_CLERK, on=on(22)
        )


def test_what_the_village_struck_out_neither_its_leader_nor_the_same_words_revive(
    session, register
):
    finding = add(session, register)
    findings_commands.review_finding(
        session, finding.id, ReviewForm(agreed=False, reason="重复"), actor=CLERK, on=on(18)
    )
    with pytest.raises(Conflict, match="重复"):
        report(session, findings=[register.draft("H1", risk_point="再报一次")])
    add(session, register)
    assert finding.village_agreed is False


def test_what_the_village_entered_a_leader_may_report_too(session, register, heard):
    finding = add(session, register)
    report(session, findings=[register.draft("H1", risk_point="组长的话")])
    assert (finding.risk_point, finding.village_agreed) == ("住院自付费用大", True)
    assert heard(session, GroupReported)[0].at_risk == (register["H1"],)
    withdraw(session, 16)
    assert findings_queries.findings(session, MONTH, SHIQIAO) == [finding]


def test_after_the_list_nobody_changes_a_finding_in_the_village(session, register):
    finding = add(session, register)
    submit(session, SHIQIAO, CLERK, 19)
    with pytest.raises(Conflict):
        findings_commands.review_finding(
            session, finding.id, ReviewForm(agreed=False, reason="晚了"), actor=CLERK, on=on(19)
        )
    with pytest.raises(Conflict, match="本月已经上报"):
        add(session, register, risk_point="另一句话", day=21)


def test_somebody_outside_the_register_opens_a_register_task(session, heard):
    known = person("周新来", 77)
    draft = FindingDraft(
        newcomer=Newcomer(name="周新来", id_number=known.id_number, group="01"),
        causes=("ILLNESS",),
        risk_point="刚返乡",
        matter="落户",
    )
    finding = findings_commands.add_finding(session, SHIQIAO, MONTH, draft, actor=CLERK, on=on(18))
    findings_commands.add_finding(session, SHIQIAO, MONTH, draft, actor=CLERK, on=on(18))
    ((task, household),) = register_queries.register_tasks(session, TOWNSHIP_CLERK)
    assert (finding.on_register, household.id) == (False, finding.household)
    with pytest.raises(Forbidden):
        register_commands.resolve_register_task(
            session, task.id, on_register=True, outcome="落户", actor=CLERK, on=on(19)
        )
    register_commands.resolve_register_task(
        session,
        task.id,
        on_register=True,
        outcome="已落户",
        number="H99",
        actor=TOWNSHIP_CLERK,
        on=on(19),
    )
    assert [event.on_register for event in heard(session, HouseholdRegistered)][-2:] == [
        False,
        True,
    ]
    assert register_queries.register_tasks(session, TOWNSHIP_CLERK) == []


def test_a_wrong_id_number_makes_no_newcomer(session):
    draft = FindingDraft(
        newcomer=Newcomer(name="周新来", id_number="990121197001010000"), causes=("ILLNESS",)
    )
    with pytest.raises(Refused, match="身份证号码"):
        findings_commands.add_finding(session, SHIQIAO, MONTH, draft, actor=CLERK, on=on(18))


def test_a_finding_is_the_villages_own_and_of_a_day_that_was(session, register):
    known = Newcomer(name="王军", id_number=person("王军", 4).id_number)
    for draft, sentence in (
        (register.draft("H1", found_on=on(19)), "发现风险、风险发生的时间不能晚于今天"),
        (FindingDraft(newcomer=known, causes=("ILLNESS",)), "这一户登记在马家村"),
    ):
        with pytest.raises(Refused, match=sentence):
            findings_commands.add_finding(session, SHIQIAO, MONTH, draft, actor=CLERK, on=on(18))
    strange = register.draft("H4")
    with pytest.raises(Forbidden) as refused:  # of another village's household he learns no name
        findings_commands.add_finding(session, SHIQIAO, MONTH, strange, actor=CLERK, on=on(18))
    assert "王军" not in str(refused.value)
    assert findings_queries.findings(session, MONTH, SHIQIAO) == []


def test_a_number_of_the_register_stays_with_its_household(session):
    newcomer = Newcomer(name="周新来", id_number=person("周新来", 77).id_number)
    draft = FindingDraft(newcomer=newcomer, causes=("ILLNESS",))
    findings_commands.add_finding(session, SHIQIAO, MONTH, draft, actor=CLERK, on=on(18))
    ((task, household),) = register_queries.register_tasks(session, TOWNSHIP_CLERK)
    with pytest.raises(Refused, match="户编号H1已经登记给另一户"):
        register_commands.resolve_register_task(
            session,
            task.id,
            on_register=True,
            outcome="已落户",
            number="H1",
            actor=TOWNSHIP_CLERK,
            on=on(19),
        )
    assert (task.state, household.number) == (TaskState.OPEN, None)


def test_what_the_leader_took_back_is_not_reviewed(session, register):
    report(session, findings=[register.draft("H1")])
    (finding,) = findings_queries.findings(session, MONTH, SHIQIAO)
    withdraw(session, 16)
    with pytest.raises(Conflict, match="这条情况已被组长收回"):
        findings_commands.review_finding(
            session, finding.id, ReviewForm(agreed=True), actor=CLERK, on=on(18)
        )
    assert (finding.stage, finding.village_agreed) == (Stage.WITHDRAWN, None)


def test_only_what_is_urgent_and_not_yet_listed_travels_alone(session, register, heard):
    ordinary = add(session, register)
    urgent = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H2"), actor=CLERK, on=on(18)
    )
    with pytest.raises(Conflict, match="这一户不是按紧急情况上报的"):
        findings_commands.sign_urgent(session, ordinary.id, actor=HEAD, on=on(18))
    submit(session, SHIQIAO, CLERK, 18)
    with pytest.raises(Conflict, match="已随村级名单上报"):
        findings_commands.sign_urgent(session, urgent.id, actor=HEAD, on=on(18))
    with pytest.raises(Conflict, match="已随村级名单上报"):
        screening_commands.report_urgent(
            session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
        )
    assert heard(session, UrgentFindingSigned) == []
    assert ordinary.urgent_on is None


def test_a_township_looks_again_between_the_villages_list_and_its_own_signature(session, register):
    finding = add(session, register)

    def look_again():
        return findings_commands.recheck_finding(
            session, finding.id, agreed=True, actor=TOWNSHIP_CLERK, on=on(21)
        )

    with pytest.raises(Conflict, match="村里还没有上报"):
        look_again()
    submit(session, SHIQIAO, CLERK, 20)
    look_again()
    sign(session, 25)
    with pytest.raises(Conflict, match="已经报县"):
        look_again()


def test_a_leader_reports_nobody_urgently_who_is_not_on_the_groups_list(session):
    stranger = FindingDraft(
        newcomer=Newcomer(name="周新来", id_number=person("周新来", 77).id_number, group="01"),
        causes=("ILLNESS",),
        risk_point="刚返乡",
        matter="落户",
    )
    with pytest.raises(Refused, match="从本组农户名单里选择"):
        screening_commands.report_urgent(session, SHIQIAO, MONTH, stranger, actor=LEADER, on=on(2))
