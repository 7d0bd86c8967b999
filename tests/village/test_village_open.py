"""What is open stands on one owner's list, whatever the month; the finder sees what became of it."""

import re
from collections import Counter

import pytest
from sqlmodel import select

from kit.database.rows import named
from kit.errors import Refused
from schemas.codes import RiskCause, Role
from schemas.county import BulletinIssued, CaseNotQualified, CaseOpened, CaseSentBack, CaseVerified
from schemas.dispatch import HelpCompleted
from services.village.findings import commands as findings_commands
from services.village.findings import queries as findings_queries
from services.village.findings.forms import FindingDraft, ReviewForm
from services.village.findings.models import Finding
from services.village.lists import commands as lists_commands
from services.village.lists.models import VillageList
from services.village.months import commands as months_commands
from services.village.months import queries as months_queries
from services.village.months.models import Month
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.rechecks.models import CountyRecheck
from services.village.register import queries as register_queries
from services.village.register.forms import Newcomer
from services.village.screening import commands as screening_commands
from services.village.townships import commands as townships_commands
from tests.village.personas import (
    ASKED,
    CLERK,
    COUNTY,
    HEAD,
    HEWAN,
    LEADER,
    MAJIA_CLERK,
    MONTH,
    OFFICE,
    OTHER_HEAD,
    SHIQIAO,
    TOWNSHIP_CLERK,
    UNWAITED,
    at,
    on,
    person,
    who,
)
from tests.village.test_village_heard import deliver, issued, tasks

OCTOBER = "2026-10"
DAY = on(2, 10)
EVERYBODY = (
    LEADER,
    CLERK,
    MAJIA_CLERK,
    TOWNSHIP_CLERK,
    HEAD,
    OTHER_HEAD,
    OFFICE,
    who(Role.COUNTY_LEADER, COUNTY),
)


def owners(session, row, day=DAY):
    """Who has the row as a task of his own."""
    return [
        actor
        for actor in EVERYBODY
        for task in tasks(session, actor, day)
        if named(row) in task.objects
    ]


def report(session, register, number="H1", day=15, **more):
    screening_commands.report_group(
        session,
        SHIQIAO,
        "01",
        MONTH,
        nil=False,
        findings=[register.draft(number, **more)],
        actor=LEADER,
        on=on(day),
    )
    return findings_queries.finding_about(session, MONTH, register[number])


def review(session, finding, day=18):
    findings_commands.review_finding(
        session, finding.id, ReviewForm(agreed=True), actor=CLERK, on=on(day)
    )


def submit(session, *, nil=False, day=20):
    return lists_commands.submit_list(
        session, SHIQIAO, MONTH, nil=nil, actor=CLERK, on=on(day), silent_reason=ASKED
    )


def sign(session, day=30):
    return townships_commands.sign_township(
        session, HEWAN, MONTH, actor=HEAD, on=on(day), missing_reason=UNWAITED
    )


@pytest.fixture
def october(session):
    """Opens October: September is no longer the latest month."""
    return lambda: months_commands.open_month(session, OCTOBER, on=on(1, 10))


def test_f_01_a_finding_has_one_owner_at_every_step_after_its_month(session, register, october):
    finding = report(session, register)
    october()
    assert owners(session, finding) == [CLERK]
    review(session, finding)
    assert owners(session, finding) == [CLERK]
    (task,) = [task for task in tasks(session, CLERK, DAY) if named(finding) in task.objects]
    assert (task.title, task.due, task.kind) == ("上报9月名单（1户）", on(20), "submit-list")
    submit(session)
    assert owners(session, finding) == [TOWNSHIP_CLERK]
    findings_commands.recheck_finding(
        session, finding.id, agreed=True, actor=TOWNSHIP_CLERK, on=on(22)
    )
    assert owners(session, finding) == [HEAD]
    sign(session)
    assert owners(session, finding) == []


def test_f_01_a_list_and_a_supplement_of_an_old_month_wait_for_the_head(session, register, october):
    submit(session, nil=True)
    october()
    (sent,) = session.exec(select(VillageList)).all()
    assert owners(session, sent) == [HEAD]
    sign(session)
    assert owners(session, sent) == []
    finding = report(session, register, day=30)
    review(session, finding)
    (task,) = [task for task in tasks(session, CLERK, DAY) if named(finding) in task.objects]
    assert (task.title, task.kind) == ("补充上报9月新增的1户", "submit-supplement")
    supplement = submit(session)
    assert owners(session, supplement) == [HEAD]
    months_commands.close_month(session, MONTH, on=on(5, 10))  # a signature never ends by itself
    assert owners(session, supplement) == [HEAD]


def test_f_01_an_urgent_finding_waits_for_the_head_alone(session, register, october):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(29)
    )
    october()
    assert owners(session, finding) == [HEAD]
    (task,) = [task for task in tasks(session, HEAD, DAY) if named(finding) in task.objects]
    assert (task.urgent, task.due) == (True, on(29))
    findings_commands.sign_urgent(session, finding.id, actor=HEAD, on=on(29))
    assert owners(session, finding) == []


def test_f_09_urgent_stays_urgent_when_the_villages_list_is_sent(session, register, client, clock):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(19)
    )
    review(session, finding)
    submit(session)
    (task,) = [task for task in tasks(session, HEAD, on(20)) if task.kind == "sign-lists"]
    assert (task.urgent, task.due) == (True, on(19))
    session.commit()
    clock.set(at(20))
    shown = client("village", HEAD).get(f"/village/townships/{HEWAN}/{MONTH}").text
    assert "陈红梅户</a>已随名单报来，请主要领导当天签发名单" in shown
    paper = client("village", HEAD).get(f"/village/villages/{SHIQIAO}/{MONTH}/print").text
    assert re.search(r"<td[^>]*>紧急</td>", paper)


def test_f_09_an_urgent_finding_of_a_leader_keeps_no_list_back(session, register, client, clock):
    """It waits for the township's head: page, tasks and refusal say the same."""
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=LEADER, on=on(19)
    )
    session.commit()
    clock.set(at(19))
    assert owners(session, finding) == [HEAD]
    (task,) = [task for task in tasks(session, CLERK, on(19)) if task.kind == "submit-list"]
    assert task.title == "上报本月名单"
    asked = client("village", CLERK).get(f"/village/villages/{SHIQIAO}/{MONTH}").text
    assert "没有审核" not in asked
    assert "待村审核" not in asked
    assert "待乡镇签发紧急情况" in asked
    assert "另有1户紧急情况正等乡镇签发，名单里注明。" in asked
    submit(session, day=19)
    session.commit()
    assert (finding.village_agreed, finding.village_on) == (True, on(19))
    assert owners(session, finding) == [TOWNSHIP_CLERK]
    (sign,) = [task for task in tasks(session, HEAD, on(20)) if task.kind == "sign-lists"]
    assert (sign.urgent, sign.due) == (True, on(19))


def test_n_07_an_ordinary_finding_still_waits_for_the_review(session, register):
    report(session, register)
    with pytest.raises(Refused, match="还有1户没有审核"):
        submit(session)


def test_f_01_a_screening_ends_with_its_villages_list_and_all_with_the_bulletin(session, october):
    def row(kind, code):
        return months_queries.reporter(session, MONTH, kind, code)

    group, village, township = (
        row(Reporter.GROUP, f"{SHIQIAO}/01"),
        row(Reporter.VILLAGE, SHIQIAO),
        row(Reporter.TOWNSHIP, HEWAN),
    )
    october()
    assert [owners(session, one) for one in (group, village, township)] == [
        [LEADER],
        [CLERK],
        [HEAD],
    ]
    (task,) = [task for task in tasks(session, LEADER, DAY) if named(group) in task.objects]
    assert (task.title, task.due) == ("9月摸排还没有报", on(17))
    submit(session, nil=True)
    assert [owners(session, one) for one in (group, village)] == [[], []]
    deliver(session, BulletinIssued(month=MONTH, issued_on=on(5, 10), sha256="0" * 64))
    assert session.get(Month, MONTH).closed_on == on(5, 10)
    assert owners(session, township) == []
    assert owners(session, row(Reporter.VILLAGE, "990121100202")) == []
    late = screening_commands.report_group(  # still taken
        session, SHIQIAO, "01", MONTH, nil=True, actor=LEADER, on=on(6, 10)
    )
    assert late.timeliness == "late"


def test_f_01_what_is_called_for_names_its_month_and_stands_behind_no_task(session, october):
    october()
    calls = [task for task in tasks(session, TOWNSHIP_CLERK, DAY) if task.kind == "call-reporters"]
    assert [(task.title, task.due, task.objects) for task in calls] == [
        ("催报：9月还有3个村没有报", on(20), ()),
        ("催报：本月还有3个村没有报", on(20, 10), ()),
    ]
    assert [task for task in tasks(session, HEAD, DAY) if task.kind == "call-reporters"] == []


def test_f_01_rechecks_and_register_tasks_have_one_owner(session, register):
    deliver(
        session,
        CaseSentBack(
            case="C3",
            number="AJ-3",
            household=register["H1"],
            village=SHIQIAO,
            township=HEWAN,
            on=on(22),
            due=on(29),
            question="是否已外出务工",
            findings=(),
        ),
    )
    assert owners(session, session.exec(select(CountyRecheck)).one()) == [TOWNSHIP_CLERK]
    newcomer = Newcomer(name="周新来", id_number=person("周新来", 77).id_number, group="01")
    findings_commands.add_finding(
        session,
        SHIQIAO,
        MONTH,
        FindingDraft(newcomer=newcomer, causes=(RiskCause.ILLNESS,)),
        actor=CLERK,
        on=on(18),
    )
    ((task, _),) = register_queries.register_tasks(session, OFFICE)
    assert owners(session, task) == [TOWNSHIP_CLERK]


def test_f_01_nothing_open_stands_on_two_lists_or_on_none(session, register, october):
    report(session, register)
    review(session, report(session, register, "H2"))
    findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H3"), actor=CLERK, on=on(18)
    )
    october()
    stands = Counter(
        name
        for actor in EVERYBODY
        for task in tasks(session, actor, DAY)
        for name in task.objects
        if name.startswith("finding:")
    )
    every = {named(finding): 1 for finding in session.exec(select(Finding)).all()}
    assert stands == every


def at_county(session, register):
    finding = report(session, register)
    review(session, finding)
    submit(session)
    sign(session)
    return finding


def test_f_08_a_leader_sees_each_finding_until_its_end_and_then_the_end(
    session, register, october, client, clock
):
    finding = at_county(session, register)
    october()
    about = {"case": "C1", "household": register["H1"], "village": SHIQIAO}
    deliver(
        session,
        CaseOpened(**about, number="AJ-1", on=DAY, tiers=("VILLAGE",), findings=(finding.id,)),
    )
    session.commit()
    clock.set(at(3, month=10))
    card = client("village", LEADER).get("/village/").text
    assert "2026年9月报" in card
    assert "县里登记线索AJ-1" in card
    deliver(
        session,
        CaseVerified(
            **about,
            number="AJ-1",
            on=on(4, 10),
            primary_cause=RiskCause.ILLNESS,
            causes=(RiskCause.ILLNESS,),
            needs=(),
            findings=(finding.id,),
        ),
        HelpCompleted(case="C1", household=register["H1"], on=on(9, 11)),
    )
    session.commit()
    clock.set(at(10, month=11))
    card = client("village", LEADER).get("/village/").text
    assert "已有结果的1户" in card
    assert "2026年11月9日 帮扶事项全部办结" in card
    for reader in (LEADER, CLERK, TOWNSHIP_CLERK):
        kept = client("village", reader).get("/village/findings").text
        assert "陈红梅" in kept
        assert "帮扶事项全部办结" in kept
    assert "陈红梅" not in client("village", MAJIA_CLERK).get("/village/findings").text


def test_f_08_help_that_was_opened_again_is_no_end(session, register):
    finding = at_county(session, register)
    deliver(
        session,
        CaseOpened(
            case="C1",
            household=register["H1"],
            village=SHIQIAO,
            number="AJ-1",
            on=DAY,
            tiers=("VILLAGE",),
            findings=(finding.id,),
        ),
        HelpCompleted(case="C1", household=register["H1"], on=on(9, 10)),
        issued(10),
    )
    fates = outcomes_queries.fate_of(session, finding)
    assert outcomes_queries.end_of(finding, fates) is None


def test_f_08_not_qualified_and_struck_out_are_ends_with_their_reason(session, register):
    finding = at_county(session, register)
    deliver(
        session,
        CaseNotQualified(
            case="C2",
            household=register["H1"],
            village=SHIQIAO,
            on=on(6, 10),
            reason="收入高于标准",
            findings=(finding.id,),
        ),
    )
    fates = outcomes_queries.fate_of(session, finding)
    assert outcomes_queries.end_of(finding, fates) == (
        on(6, 10),
        "县里核实：不符合条件（收入高于标准）",
    )
    struck = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H2"), actor=CLERK, on=on(30)
    )
    findings_commands.review_finding(
        session, struck.id, ReviewForm(agreed=False, reason="重复"), actor=CLERK, on=on(30)
    )
    assert outcomes_queries.end_of(struck, []) is None  # until it is at the county
    submit(session, day=30)
    sign(session)
    assert outcomes_queries.end_of(struck, []) == (on(30), "村级不同意上报：重复")


def test_f_08_what_the_county_has_verified_is_not_over_because_it_was_struck_out(session, register):
    """The county had it from several, and did not wait for the township's signature."""
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(30)
    )
    findings_commands.review_finding(
        session, finding.id, ReviewForm(agreed=False, reason="不属实"), actor=CLERK, on=on(30)
    )
    submit(session, day=30)
    sign(session)
    verified = CaseVerified(
        case="C3",
        number="XS-990121-202609-0003",
        household=register["H1"],
        village=SHIQIAO,
        on=on(30),
        primary_cause=RiskCause.ILLNESS,
        causes=(RiskCause.ILLNESS,),
        needs=(),
        findings=("other", finding.id),
    )
    deliver(session, verified)
    fates = outcomes_queries.fate_of(session, finding)
    assert outcomes_queries.end_of(finding, fates) is None
    deliver(session, HelpCompleted(case="C3", household=register["H1"], on=on(9, 10)))
    fates = outcomes_queries.fate_of(session, finding)
    assert outcomes_queries.end_of(finding, fates) == (on(9, 10), "帮扶事项全部办结")


def test_f_11_what_is_at_township_or_county_is_not_counted_as_the_villages(
    session, register, client, clock
):
    """One urgent household is at the county, one waits for the head's signature, one is here."""
    for number, signed in (("H1", True), ("H2", False)):
        urgent = screening_commands.report_urgent(
            session, SHIQIAO, MONTH, register.draft(number), actor=CLERK, on=on(16)
        )
        if signed:
            findings_commands.sign_urgent(session, urgent.id, actor=HEAD, on=on(16))
    session.commit()
    clock.set(at(17))
    page = f"/village/villages/{SHIQIAO}/{MONTH}"
    asked = client("village", CLERK).get(page).text
    assert "发现的农户（2户：已到乡镇1户，已报县1户）" in asked
    assert "这次没有还在村里的农户" in asked
    (task,) = [one for one in tasks(session, CLERK, on(17)) if one.kind == "submit-list"]
    assert task.title == "上报本月名单", "nil cannot be declared: two households were found"
    findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H3"), actor=CLERK, on=on(17)
    )
    session.commit()
    asked = client("village", CLERK).get(page).text
    assert "发现的农户（3户：还在村里1户，已到乡镇1户，已报县1户）" in asked
    for words in (
        "这次上报1户。",
        "另有1户紧急情况正等乡镇签发，名单里注明。",
        "另有1户已由乡镇签发报县，名单里注明。",
        "上报乡镇1户</button>",
    ):
        assert words in asked
    submit(session, day=17)
    session.commit()
    asked = client("village", CLERK).get(page).text
    assert "发现的农户（3户：已到乡镇2户，已报县1户）" in asked
    assert "名单已经上报" in asked
    shown = client("village", TOWNSHIP_CLERK).get(f"/village/townships/{HEWAN}/{MONTH}").text
    assert "名单（3户：已到乡镇2户，已报县1户）" in shown
    newcomer = Newcomer(name="周新来", id_number=person("周新来", 77).id_number, group="01")
    words = {"causes": (RiskCause.ILLNESS,), "risk_point": "车祸", "matter": "医疗救助"}
    draft = FindingDraft(newcomer=newcomer, **words)
    late = screening_commands.report_urgent(session, SHIQIAO, MONTH, draft, actor=CLERK, on=on(18))
    findings_commands.sign_urgent(session, late.id, actor=HEAD, on=on(18))
    session.commit()
    asked = client("village", CLERK).get(page).text
    assert "补充上报" not in asked, "it is at the county, and nobody owes a supplement for it"


def test_f_70_what_is_to_be_done_is_in_a_column_that_a_phone_shows(
    session, register, client, clock
):
    finding = report(session, register)
    session.commit()
    clock.set(at(17))
    page = client("village", CLERK).get(f"/village/villages/{SHIQIAO}/{MONTH}").text
    assert "<th>状态</th></tr>" in page, "no column without a name at the end"
    assert f'<a href="/village/findings/{finding.id}">陈红梅</a>' in page
    assert ">审核</a></td><td>" in page.replace("\n", "")
    review(session, finding)
    submit(session)
    session.commit()
    clock.set(at(21))
    page = client("village", TOWNSHIP_CLERK).get(f"/village/townships/{HEWAN}/{MONTH}").text
    assert f'<a href="/village/findings/{finding.id}">陈红梅</a>' in page
    assert ">复核</a></td>" in page
