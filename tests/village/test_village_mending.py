"""A finding is mended or taken back by whoever wrote it, until the next step has taken it; a page says
what is so.
"""

import pytest

from kit.errors import Conflict, Refused
from schemas.codes import Content, RiskCause, Severity
from schemas.village import GroupReported, GroupReportWithdrawn
from services.village.findings import commands as findings_commands
from services.village.findings import queries as findings_queries
from services.village.findings.forms import ReviewForm
from services.village.findings.rules import Change, Stage
from services.village.lists import commands as lists_commands
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.screening import commands as screening_commands
from services.village.screening.forms import MendForm
from tests.village.personas import CLERK, HEAD, LEADER, MONTH, SHIQIAO, TOWNSHIP_CLERK, at, on


def report(session, register, *numbers, day=15, **more):
    screening_commands.report_group(
        session,
        SHIQIAO,
        "01",
        MONTH,
        nil=False,
        findings=[register.draft(number, **more) for number in numbers],
        actor=LEADER,
        on=on(day),
    )
    return [findings_queries.finding_about(session, MONTH, register[one]) for one in numbers]


def add(session, register, number="H1"):
    return findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft(number), actor=CLERK, on=on(16)
    )


def review(session, finding, **more):
    return findings_commands.review_finding(
        session, finding.id, ReviewForm(agreed=True, **more), actor=CLERK, on=on(18)
    )


def mend(session, finding, actor=LEADER, urgent=False, **said):
    mended = MendForm(**{"causes": (RiskCause.ILLNESS,), "urgent": urgent} | said)
    return screening_commands.mend_finding(session, finding.id, mended, actor=actor, on=on(16))


def withdraw(session, finding, actor=LEADER):
    return screening_commands.withdraw_finding(session, finding.id, actor=actor, on=on(16))


def group(session):
    return months_queries.reporter(session, MONTH, Reporter.GROUP, f"{SHIQIAO}/01")


def test_f_10_a_leader_mends_one_finding_and_what_was_there_is_kept(session, register):
    finding, other = report(session, register, "H1", "H2")
    mend(session, finding, causes=(RiskCause.ACCIDENT,), risk_point="车祸", matter=None)
    assert (finding.causes, finding.risk_point, finding.matter) == (
        [RiskCause.ACCIDENT],
        "车祸",
        None,
    )
    assert other.risk_point == "住院自付费用大"
    (before,) = findings_queries.versions(session, finding.id)
    assert (before.act, before.causes, before.risk_point, before.matter, before.by) == (
        Change.MENDED,
        [RiskCause.ILLNESS],
        "住院自付费用大",
        "医疗救助",
        LEADER.label,
    )


def test_f_10_urgency_is_mended_both_ways(session, register):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(15)
    )
    mend(session, finding, risk_point="没有那么急", matter="医疗救助")
    assert (finding.severity, finding.urgent_on) == (Severity.ORDINARY, None)
    with pytest.raises(Refused, match="需解决的相关事宜"):
        mend(session, finding, urgent=True, risk_point="又急了")
    session.rollback()


def test_f_10_one_of_two_is_taken_back_and_the_report_stands_with_the_other(
    session, register, heard
):
    finding, other = report(session, register, "H1", "H2")
    withdraw(session, finding)
    assert (finding.stage, group(session).content) == (Stage.WITHDRAWN, Content.FINDINGS)
    assert [event.at_risk for event in heard(session, GroupReported)][-1] == (other.household,)
    withdraw(session, other)  # the last one: that nothing was found nobody has said
    assert (group(session).reported, group(session).content) == (False, None)
    assert len(heard(session, GroupReportWithdrawn)) == 1
    assert [version.act for version in findings_queries.versions(session, other.id)] == [
        Change.WITHDRAWN
    ]
    village = months_queries.reporter(session, MONTH, Reporter.VILLAGE, SHIQIAO)
    assert village.content is None


def test_f_10_the_next_step_has_taken_it(session, register):
    (finding,) = report(session, register, "H1")
    review(session, finding)
    for act in (mend, withdraw):
        with pytest.raises(Conflict, match="村里已经审核"):
            act(session, finding)
    with pytest.raises(Conflict, match="陈红梅户：村里已经审核，要更正请联系村文书"):
        screening_commands.withdraw_group_report(
            session, SHIQIAO, "01", MONTH, actor=LEADER, on=on(18)
        )
    own = add(session, register, "H3")
    mend(session, own, CLERK, risk_point="改过", matter="医疗救助")
    assert (own.stage, own.risk_point) == (Stage.REVIEWED, "改过")
    lists_commands.submit_list(session, SHIQIAO, MONTH, nil=False, actor=CLERK, on=on(19))
    for act in (mend, withdraw):
        with pytest.raises(Conflict, match="已随村级名单上报"):
            act(session, own, CLERK)


def test_f_10_nobody_mends_what_another_wrote(session, register):
    (finding,) = report(session, register, "H1")
    with pytest.raises(Conflict, match="组长报的"):
        mend(session, finding, CLERK)
    own = add(session, register, "H2")
    with pytest.raises(Conflict, match="村里登记的"):
        mend(session, own)
    findings_commands.review_finding(
        session, finding.id, ReviewForm(agreed=True, risk_point="村里的话"), actor=CLERK, on=on(18)
    )
    (before,) = findings_queries.versions(session, finding.id)
    assert (before.act, before.risk_point) == (Change.REVIEWED, "住院自付费用大")


def test_f_10_what_the_village_takes_back_a_leader_may_still_have_reported(session, register):
    own = add(session, register)
    report(session, register, "H1")
    withdraw(session, own, CLERK)
    assert (own.stage, own.from_group, own.village_agreed) == (Stage.REPORTED, True, None)


def test_f_10_what_was_taken_back_never_comes_back_by_itself(session, register):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1", note="家里有人住院"), actor=LEADER, on=on(10)
    )
    screening_commands.withdraw_group_report(session, SHIQIAO, "01", MONTH, actor=LEADER, on=on(11))
    report(session, register, "H1", causes=["EDUCATION"], risk_point=None, matter=None)
    assert (
        finding.causes,
        finding.risk_point,
        finding.matter,
        finding.note,
        finding.severity,
        finding.urgent_on,
    ) == ([RiskCause.EDUCATION], None, None, None, Severity.ORDINARY, None)
    (before,) = findings_queries.versions(session, finding.id)
    assert (before.severity, before.note) == (Severity.URGENT, "家里有人住院")


def test_f_10_taking_back_asks_first_and_names_what_goes(session, register, client, clock):
    report(session, register, "H1", "H2")
    session.commit()
    clock.set(at(16))
    leader = client("village", LEADER)
    ask = f"/village/group-reports/{SHIQIAO}/01/{MONTH}"
    assert f'href="{ask}"' in leader.get("/village/").text
    asked = leader.get(ask).text
    for words in ("陈红梅", "刘强丽", "确认收回2户"):
        assert words in asked
    session.expire_all()
    assert group(session).reported  # nothing happened yet


@pytest.mark.parametrize(
    ("urgent", "where"),
    [
        (False, "村里已经审核，要更正请联系村文书。"),
        (True, "紧急情况已由乡镇签发报县，要更正请联系乡镇。"),
    ],
)
def test_f_10_only_what_can_be_taken_back_is_offered_and_the_rest_says_where_it_is(
    session, register, client, clock, urgent, where
):
    gone, here = report(session, register, "H1", "H2")
    if urgent:
        mend(session, gone, urgent=True, risk_point="车祸", matter="医疗救助")
        findings_commands.sign_urgent(session, gone.id, actor=HEAD, on=on(16))
    else:
        review(session, gone)
    session.commit()
    clock.set(at(18))
    leader = client("village", LEADER)
    asked = leader.get(f"/village/group-reports/{SHIQIAO}/01/{MONTH}").text
    assert "确认收回" not in asked
    assert "其中1户已经往上走" in asked
    assert where in asked
    offered = [
        finding.id
        for finding in (gone, here)
        if f'href="/village/findings/{finding.id}/withdrawal"' in asked
    ]
    assert offered == [here.id]
    said = {"village": SHIQIAO, "group": "01", "month": MONTH}
    refused = leader.post("/village/api/group-reports/withdrawals", json=said)
    assert refused.status_code == 409
    assert f"不能一起收回。陈红梅户：{where}其余的可以一户一户收回。" in refused.text


def test_f_10_what_the_village_has_sent_is_not_offered_to_be_taken_back(
    session, register, client, clock
):
    (finding,) = report(session, register, "H1")
    review(session, finding)
    lists_commands.submit_list(session, SHIQIAO, MONTH, nil=False, actor=CLERK, on=on(18))
    session.commit()
    clock.set(at(18))
    asked = client("village", LEADER).get(f"/village/group-reports/{SHIQIAO}/01/{MONTH}").text
    assert "确认收回" not in asked
    assert "已随村级名单报到乡镇，要更正请联系乡镇" in asked
    with pytest.raises(Conflict, match="陈红梅户：已随村级名单报到乡镇"):
        screening_commands.withdraw_group_report(
            session, SHIQIAO, "01", MONTH, actor=LEADER, on=on(18)
        )


def test_f_10_the_form_of_a_household_reported_already_holds_what_stands(
    session, register, client, clock
):
    (finding,) = report(session, register, "H1")
    session.commit()
    clock.set(at(16))
    leader = client("village", LEADER)
    again = leader.get(f"/village/findings/new?household={register['H1']}")
    mending = f"/village/findings/{finding.id}/mending"
    assert (again.status_code, again.headers["location"]) == (303, mending)
    form = leader.get(mending).text
    assert "住院自付费用大" in form
    said = {
        "village": SHIQIAO,
        "month": MONTH,
        "household": register["H1"],
        "causes": ["DISABILITY"],
        "risk_point": "摔伤",
    }
    assert leader.post(mending, data=said).status_code == 303
    shown = leader.get(f"/village/findings/{finding.id}").text
    assert "<dd>摔伤</dd>" in shown
    assert "改写" in shown
    assert "因病：住院自付费用大；需解决：医疗救助" in shown
    assert "收回以后不再上报" in leader.get(f"/village/findings/{finding.id}/withdrawal").text
    assert leader.post(f"/village/findings/{finding.id}/withdrawal").status_code == 303
    assert "本月无风险（零报告）" in leader.get("/village/").text


def test_f_11_a_leaders_page_counts_only_what_the_leader_reported(session, register, client, clock):
    add(session, register, "H2")
    screening_commands.report_group(
        session, SHIQIAO, "01", MONTH, nil=True, actor=LEADER, on=on(16)
    )
    session.commit()
    clock.set(at(17))
    card = client("village", LEADER).get("/village/").text
    assert "本月无风险（零报告）" in card
    assert "我报的农户" not in card
    report(session, register, "H1", day=17)
    session.commit()
    card = client("village", LEADER).get("/village/").text
    assert "发现1户" in card
    mine, _, households = card.partition("我报的农户")[2].partition("本组农户")
    assert ("陈红梅" in mine, "刘强丽" in mine, "刘强丽" in households) == (True, False, True)


def test_f_11_what_is_said_after_a_report_is_so(session, register, client, clock):
    clock.set(at(18))
    clerk = client("village", CLERK)

    for number, more, words in (
        ("H1", {}, "还要补填需解决的相关事宜"),
        ("H2", {"matter": "救助"}, "上报名单时一起报乡镇"),
    ):
        body = {
            "village": SHIQIAO,
            "month": MONTH,
            "household": register[number],
            "causes": ["ILLNESS"],
            "risk_point": "住院",
        }
        answer = clerk.post("/village/findings", data=body | more)
        assert words in clerk.get(answer.headers["location"]).text
    for finding in findings_queries.findings(session, MONTH, SHIQIAO):
        review(session, finding, matter="救助")
    lists_commands.submit_list(session, SHIQIAO, MONTH, nil=False, actor=CLERK, on=on(18))
    session.commit()
    late = {
        "village": SHIQIAO,
        "month": MONTH,
        "household": register["H3"],
        "causes": ["ILLNESS"],
        "risk_point": "住院",
        "matter": "救助",
    }
    answer = clerk.post("/village/findings", data=late)
    assert "请再作为补充名单上报" in clerk.get(answer.headers["location"]).text


def test_f_11_an_urgent_finding_that_is_at_the_county_is_not_reported_urgently_again(
    session, register
):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(10)
    )
    findings_commands.sign_urgent(session, finding.id, actor=HEAD, on=on(10))
    with pytest.raises(Conflict, match="已经签发报县"):
        screening_commands.report_urgent(
            session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(11)
        )


def test_f_11_what_was_struck_out_is_not_reported_urgently_by_the_same_words(session, register):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(10)
    )
    findings_commands.recheck_finding(
        session, finding.id, agreed=False, reason="不属实", actor=HEAD, on=on(10)
    )
    with pytest.raises(Conflict, match="不属实"):
        screening_commands.report_urgent(
            session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(11)
        )
    again = screening_commands.report_urgent(
        session,
        SHIQIAO,
        MONTH,
        register.draft("H1", risk_point="又住院了"),
        actor=LEADER,
        on=on(12),
    )
    assert (again.id, again.awaits_signature) == (finding.id, True)
    screening_commands.withdraw_finding(session, finding.id, actor=LEADER, on=on(12))
    assert not finding.awaits_signature
    assert not finding.in_township


def test_f_11_a_village_without_nil_prints_none(session, register, client, clock):
    """Rows that went or never were declare nothing on paper either (GT-25)."""
    session.commit()
    clock.set(at(18))
    paper = client("village", TOWNSHIP_CLERK).get(f"/village/villages/{SHIQIAO}/{MONTH}/print")
    assert "零报告" not in paper.text
