"""Verification visits, decisions, orders coming back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kit.actor import Actor
from kit.errors import Conflict, Forbidden, Refused
from kit.seal import seal, unseal
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import GapItem, OrderState, RiskCause, Role, Tier, Timeliness
from schemas.county import CaseNotQualified, CaseOpened, CaseReopened, CaseSentBack, CaseVerified
from schemas.dispatch import (
    HelpCompleted,
    OrderClosed,
    OrderDueMoved,
    OrderFact,
    OrderFellOverdue,
    OrderIssued,
    OrderReported,
)
from schemas.values import FindingWords, NeedWords, Since, VisitWords
from schemas.village import RecheckAnswered
from services.county.answers.forms import AnswerForm
from services.county.cases import queries
from services.county.cases.models import Case, Source
from services.county.cases.rules import NeedDraft
from services.county.orders.models import DispatchOrder
from services.county.recounting.queries import moves
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.statistics.queries.cases import decided_late
from services.county.verification import commands
from services.county.verification.forms import VisitForm
from tests.conftest import at
from tests.county.personas import (
    COUNTY,
    MONTH,
    SEEN,
    TOWNSHIP,
    VILLAGE,
    agreed,
    day,
    signed,
    submitted,
)
from tests.county.test_intake import sources, the_case, three_tiers
from tests.own_pack import own_pack

CLERK = Actor("clerk", "林经办", Role.COUNTY_CLERK, COUNTY)
VISIT = VisitForm(on=day(29), visitors="林经办、王同志", **SEEN)
MEDICAL = NeedDraft(GapItem.MEDICAL_COST, "请核实自付费用并落实救助。", person_name="孩子1")
SCHOOL = NeedDraft(GapItem.SCHOOL_COST, "请落实助学金。")


@pytest.fixture
def case(county) -> Case:
    finding = county.finding(1, since=None)
    county.hear(submitted(finding), signed(*agreed(finding)))
    return the_case(county)


def visited(county, case: Case) -> None:
    county.do(commands.record_visit, case.id, VISIT, actor=CLERK, on=day(29))


def verify(county, case: Case, *needs: NeedDraft, on=day(30), **more):
    answers = [
        AnswerForm(finding=source.finding, need=1)
        for source in sources(county, case)
        if source.stage != "struck_out"
    ]
    fields = {
        "primary_cause": RiskCause.ILLNESS,
        "since": Since(day=day(5)),
        "answers_to": answers,
    } | more
    return county.do(
        commands.verify, case.id, needs=needs or (MEDICAL,), actor=CLERK, on=on, **fields
    )


def test_nothing_is_decided_without_a_visit(county, case):
    """N-13."""
    with pytest.raises(Refused, match="入户核实记录"):
        verify(county, case)
    with pytest.raises(Refused, match="入户核实记录"):
        county.do(commands.turn_down, case.id, reason="不在监测范围", actor=CLERK, on=day(30))
    assert county.said(CaseVerified) == []


def test_a_decision_tells_what_the_office_saw_last(county, case):
    """Whoever verifies the household need not go there again."""
    county.do(
        commands.record_visit,
        case.id,
        VISIT.model_copy(update={"on": day(28), "note": "第一次"}),
        actor=CLERK,
        on=day(29),
    )
    visited(county, case)
    verify(county, case)
    (event,) = county.said(CaseVerified)
    with county.sessions() as session:
        seen = unseal(session, event.visit, VisitWords)
    assert seen.model_dump() == VISIT.model_dump()


def test_g_14_a_decision_says_who_decided_and_who_entered_a_finding(county, case):
    visited(county, case)
    with county.sessions.begin() as session:
        (source,) = session.exec(select(Source).where(Source.case == case.id))
        source.entered_account = "who-entered-it"
    verify(county, case)
    (event,) = county.said(CaseVerified)
    assert event.accounts == (CLERK.account, "who-entered-it")


def test_a_visit_before_the_case_or_tomorrow_is_refused(county, case):
    for visited_on in (day(27), day(30)):
        with pytest.raises(Refused, match="入户日期"):
            county.do(
                commands.record_visit,
                case.id,
                VISIT.model_copy(update={"on": visited_on}),
                actor=CLERK,
                on=day(29),
            )


def test_gt_27_three_causes_one_case_two_gap_items_and_help_complete_when_both_orders_are_closed(
    county,
):
    """GT-27: whoever verifies sets the primary cause and the gap items."""
    three_tiers(county)
    case = the_case(county)
    assert {cause for one in sources(county, case) for cause in one.causes} == {
        RiskCause.EDUCATION,
        RiskCause.ILLNESS,
        RiskCause.NATURAL_DISASTER,
    }
    visited(county, case)
    answers = [
        AnswerForm(finding=source.finding, need=2 if source.tier is Tier.VILLAGE else 1)
        for source in sources(county, case)
    ]
    verify(county, case, MEDICAL, SCHOOL, primary_cause=RiskCause.ILLNESS, answers_to=answers)
    (event,) = county.said(CaseVerified)
    assert (event.primary_cause, len(event.causes), len(event.findings)) == (
        RiskCause.ILLNESS,
        3,
        3,
    )
    assert [need.gap_item for need in event.needs] == [GapItem.MEDICAL_COST, GapItem.SCHOOL_COST]
    with county.sessions() as session:
        words = unseal(session, event.needs[0].sealed, NeedWords)
    assert (words.head_name, words.person_name, words.village_name) == ("户主1", "孩子1", "石桥村")
    assert words.person_id_number == county.id_number(501)
    # F-64: whoever handles it can call on the household
    assert (words.phone, words.contact) == ("16000000001", "U001-01（单位1）")
    county.hear(*(order(case, number, OrderIssued) for number in (1, 2)))
    county.hear(order(case, 1, OrderClosed, on=day(15, 10)))
    assert the_case(county).help_complete_on is None
    county.hear(order(case, 2, OrderClosed, on=day(16, 10)))
    county.hear(HelpCompleted(case=case.id, household="h1", on=day(16, 10)))
    after = the_case(county)
    assert (after.help_complete_on, after.closed_on) == (day(16, 10), day(16, 10))


def order(case: Case, number: int, kind, on=day(30)):
    fields = {
        "order": f"o{number}",
        "number": f"DQ-990121-202609-{number:04}",
        "case": case.id,
        "household": case.household,
        "village": case.village,
        "gap_item": GapItem.MEDICAL_COST,
        "department": "health-insurance",
        "on": on,
    }
    if kind is OrderClosed:
        return kind(state=OrderState.CLOSED, days=10, **fields)
    dues = dict.fromkeys(("accept_due", "return_due", "report_due", "solve_due"), day(28, 10))
    return kind(state=OrderState.ISSUED, first_issued_on=on, **dues, **fields)


def test_an_order_is_kept_with_its_history_once(county, case):
    county.hear(order(case, 1, OrderIssued))
    with county.sessions() as session:
        found = session.exec(select(DispatchOrder)).one()
        assert (found.state, found.first_issued_on, found.department) == (
            "issued",
            day(30),
            "health-insurance",
        )
        assert [
            what
            for what in (line.what for line in queries.timeline(session, case.id))
            if "交办单" in what
        ] == ["交办单 DQ-990121-202609-0001：交办医疗保障局"]


def test_a_new_finding_after_the_close_opens_a_new_case_with_its_history(county, case):
    visited(county, case)
    county.do(commands.turn_down, case.id, reason="不在监测范围", actor=CLERK, on=day(30))
    (event,) = county.said(CaseNotQualified)
    assert event.reason == "不在监测范围"
    later = county.finding(1)
    county.hear(
        submitted(later, on=day(18, 10), month="2026-10"),
        signed(*agreed(later), on=day(28, 10), month="2026-10"),
    )
    with county.sessions() as session:
        cases = list(session.exec(select(Case).order_by(Case.number)))
    assert [one.number for one in cases] == ["XS-990121-202609-0001", "XS-990121-202610-0001"]
    assert cases[1].previous == case.id
    assert len(county.said(CaseOpened)) == 2


def test_gt_22_a_case_keeps_its_rules_and_the_next_one_gets_the_new_ones(county, case, tmp_path):
    visited(county, case)
    own = own_pack(tmp_path, "identify", recheck_limit="2WD")
    county.sessions.kw["info"]["book"] = Book(state_council(), (load_pack("default"), own))
    county.do(commands.send_back, case.id, question="请再看一次。", actor=CLERK, on=day(29))
    assert county.said(CaseSentBack)[0].due == day(12, 10)  # five working days
    finding = county.finding(2, since=None)
    county.hear(submitted(finding, supplement=1), signed(*agreed(finding), supplement=1))
    with county.sessions() as session:
        cases = session.exec(select(Case).order_by(Case.number)).all()
    assert [one.pack for one in cases] == [load_pack("default").ref, own.ref]


def test_a_recheck_goes_to_the_township_and_comes_back(county, case):
    """D-09: five working days; then the office's three begin anew."""
    visited(county, case)
    county.do(
        commands.send_back,
        case.id,
        question="住房和收入说法不一，请再看一次。",
        actor=CLERK,
        on=day(29),
    )
    (event,) = county.said(CaseSentBack)
    assert (event.township, event.due) == (
        TOWNSHIP,
        day(12, 10),
    )  # 30 Sep, 8, 9, 10 (make-up), 12 Oct
    with pytest.raises(Conflict):
        county.do(commands.send_back, case.id, question="再看一次", actor=CLERK, on=day(30))
    with county.sessions() as session:
        sealed = seal(session, FindingWords(head_name="户主1", note="房顶漏雨属实"))
    county.hear(
        RecheckAnswered(
            case=case.id, township=TOWNSHIP, on=day(9, 10), still_at_risk=True, sealed=sealed
        )
    )
    back = the_case(county)
    assert (back.decision, back.recheck_note, back.verify_due) == (
        "open",
        "房顶漏雨属实",
        day(13, 10),
    )
    verify(county, case, on=day(12, 10))
    assert the_case(county).decision == "verified"


def test_f_07_what_was_sent_back_late_stays_late(county, case):
    """Due on 8 October; sent back on the 9th, answered on the 12th, verified within three days."""
    visited(county, case)
    due = the_case(county).verify_due
    late = due + timedelta(1)
    county.do(commands.send_back, case.id, question="请再看一次。", actor=CLERK, on=late)
    with county.sessions() as session:
        sealed = seal(session, FindingWords(head_name="户主1"))
    answered = RecheckAnswered(
        case=case.id, township=TOWNSHIP, on=day(12, 10), still_at_risk=True, sealed=sealed
    )
    county.hear(answered)
    assert the_case(county).verify_due == due
    assert overdue_on(county, day(12, 10)) == 1
    assert moves_of(county, day(12, 10)) == [], "nor does a mended calendar forgive it"
    verify(county, case, on=day(13, 10))
    assert overdue_on(county, day(20, 10)) == 1
    assert late_office(county)


def test_t_10_what_was_sent_back_in_time_is_late_after_its_new_day(county, case):
    visited(county, case)
    county.do(commands.send_back, case.id, question="请再看一次。", actor=CLERK, on=day(29))
    with county.sessions() as session:
        sealed = seal(session, FindingWords(head_name="户主1"))
    answered = RecheckAnswered(
        case=case.id, township=TOWNSHIP, on=day(9, 10), still_at_risk=True, sealed=sealed
    )
    county.hear(answered)
    assert [overdue_on(county, on) for on in (day(13, 10), day(14, 10))] == [0, 1]


def overdue_on(county, on) -> int:
    with county.sessions() as session:
        return decided_late(session, MONTH, on)


def moves_of(county, on) -> list:
    with county.sessions() as session:
        return moves(session, on)


def late_office(county) -> bool:
    with county.sessions() as session:
        row = session.get(ReporterMonth, (MONTH, ReporterKind.OFFICE, "verify"))
        return row.timeliness is Timeliness.LATE


def test_a_decision_needs_a_cause_a_need_and_the_words_that_sources_lack(county):
    finding = county.finding(1, words={"problem": "村级未上报"})
    county.hear(submitted(finding), signed(*agreed(finding)))
    case = the_case(county)
    visited(county, case)
    with pytest.raises(Refused, match="至少填写一项缺口"):
        county.do(
            commands.verify,
            case.id,
            needs=[],
            primary_cause=RiskCause.ILLNESS,
            actor=CLERK,
            on=day(30),
        )
    with pytest.raises(Refused, match="风险点"):
        verify(county, case)
    with pytest.raises(Refused, match="不要写姓名"):
        verify(
            county,
            case,
            NeedDraft(GapItem.JOB, "请给户主1找工作"),
            risk_point="失业",
            matter="介绍岗位",
        )
    with pytest.raises(Refused, match="不是这户的家庭成员"):
        verify(
            county,
            case,
            NeedDraft(GapItem.JOB, "请找工作", "外人"),
            risk_point="失业",
            matter="介绍岗位",
        )
    verify(county, case, risk_point="住院", matter="救助")
    assert county.said(CaseVerified)[0].urgent is False
    with pytest.raises(Conflict, match="已经作出决定"):
        verify(county, case)


@pytest.mark.parametrize(
    ("command", "fields", "sentence"),
    [
        (commands.verify, {"since": Since(day=day(1, 10))}, "风险发生的时间不能晚于今天"),
        (
            commands.verify,
            {"needs": [NeedDraft(GapItem.SCHOOL_COST, " ")]},
            f"请写明“{GapItem.SCHOOL_COST.label}”要部门解决的问题",
        ),
        (commands.turn_down, {"reason": "再看看"}, "请选择不符合条件的原因"),
        (commands.send_back, {"question": " "}, "请写明要乡镇复核的问题"),
        (commands.send_back, {"question": "请再看户主1的收入"}, "问题里不要写姓名"),
    ],
)
def test_a_decision_that_says_too_little_or_too_much_is_refused(
    county, case, command, fields, sentence
):
    visited(county, case)
    if command is commands.verify:
        fields = {"primary_cause": RiskCause.ILLNESS, "needs": [MEDICAL]} | fields
    said = county.said()
    with pytest.raises(Refused, match=sentence):
        county.do(command, case.id, actor=CLERK, on=day(30), **fields)
    assert (the_case(county).decision, county.said()) == ("open", said)


def test_a_closed_case_is_not_visited_and_not_reopened_beside_its_successor(county, case):
    visited(county, case)
    county.do(commands.turn_down, case.id, reason="不在监测范围", actor=CLERK, on=day(30))
    with pytest.raises(Conflict, match="不能再登记核实"):
        visited(county, case)
    later = county.finding(1)
    county.hear(
        submitted(later, on=day(18, 10), month="2026-10"),
        signed(*agreed(later), on=day(28, 10), month="2026-10"),
    )
    with pytest.raises(Conflict, match="这户已经另行登记为XS-990121-202610-0001，"):
        county.do(
            commands.reopen_decision, case.id, reason="补充了票据", actor=CLERK, on=day(29, 10)
        )
    with county.sessions() as session:
        cases = session.exec(select(Case).order_by(Case.number)).all()
    assert [one.decision for one in cases] == ["not_qualified", "open"]


def test_a_late_decision_is_the_offices_own(county, case):
    """T-10: due 8 October; the office stands in the table like everyone else."""
    county.do(commands.note_verify_overdue, case.id, day(8, 10))
    assert office(county).timeliness == "missing"
    visited(county, case)
    verify(county, case, on=day(9, 10))
    assert office(county).timeliness == "late"


def office(county) -> ReporterMonth:
    with county.sessions() as session:
        return session.get(ReporterMonth, (MONTH, "OFFICE", "verify"))


def test_a_decision_not_qualified_can_be_taken_back(county, case):
    visited(county, case)
    county.do(commands.turn_down, case.id, reason="反映情况不实", actor=CLERK, on=day(30))
    with pytest.raises(Refused, match="写明撤回"):
        county.do(commands.reopen_decision, case.id, reason=" ", actor=CLERK, on=day(30))
    county.do(
        commands.reopen_decision, case.id, reason="农户补充了住院票据", actor=CLERK, on=day(30)
    )
    assert (the_case(county).decision, the_case(county).closed_on) == ("open", None)
    (told,) = county.said(CaseReopened)
    assert (told.case, told.on, len(told.findings)) == (case.id, day(30), 1)


def test_f_01_a_decision_taken_back_begins_without_the_recheck_that_it_ended(county, case):
    visited(county, case)
    more = {"actor": CLERK, "on": day(30)}
    county.do(commands.send_back, case.id, question="请再看一次收入情况", **more)
    county.do(commands.turn_down, case.id, reason="反映情况不实", **more)
    county.do(commands.reopen_decision, case.id, reason="补充了票据", **more)
    reopened = the_case(county)
    assert (reopened.decision, reopened.recheck_question, reopened.recheck_due) == (
        "open",
        None,
        None,
    )


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.VILLAGE_CLERK, Role.TOWNSHIP_HEAD, Role.SUPERVISOR]
)
def test_only_the_office_decides(county, case, role):
    other = Actor("x", "别人", role, VILLAGE)
    with pytest.raises(Forbidden):
        county.do(commands.record_visit, case.id, VISIT, actor=other, on=day(29))
    with pytest.raises(Forbidden):
        county.do(
            commands.verify,
            case.id,
            needs=[MEDICAL],
            primary_cause=RiskCause.ILLNESS,
            actor=other,
            on=day(29),
        )


@pytest.mark.parametrize("left_out", ["met", "house", "medical", "income"])
def test_f_12_a_visit_that_says_nothing_of_the_household_allows_no_decision(county, case, left_out):
    """N-10, N-13: whom it met, and how the household lives; a second visit may complete the first."""
    label = {"met": "见到谁", "house": "住房", "medical": "医疗", "income": "收入支出"}[left_out]
    record = commands.record_visit
    visit = VISIT.model_copy(update={left_out: " "})
    county.do(record, case.id, visit, actor=CLERK, on=day(29))
    for decide, fields in (
        (commands.turn_down, {"reason": "不在监测范围"}),
        (commands.verify, {"needs": [MEDICAL], "primary_cause": RiskCause.ILLNESS}),
    ):
        with pytest.raises(Refused, match=f"入户核实还缺：{label}。"):
            county.do(decide, case.id, actor=CLERK, on=day(30), **fields)
    bare = VisitForm(on=day(30), visitors="林经办", **{left_out: "已问清"})
    county.do(record, case.id, bare, actor=CLERK, on=day(30))
    verify(county, case)


def test_f_12_not_qualified_has_no_reason_chosen_beforehand(county, client, clock, case):
    """And what is still missing stands above the decision."""
    clock.set(at(2026, 9, 29))
    office = client("county", CLERK)
    where = f"/county/cases/{case.id}"
    assert "还没有入户核实记录" in office.get(where).text
    nameless = VisitForm(on=day(29), visitors="林经办")
    county.do(commands.record_visit, case.id, nameless, actor=CLERK, on=day(29))
    page = office.get(where).text
    assert "入户核实还没有写：见到谁、住房、医疗、收入支出" in page
    select_ = page.split('id="not_qualified-reason"')[1].split("</select>")[0]
    assert "请选择" in select_
    assert "selected" not in select_
    visited(county, case)
    assert "作决定前还缺" not in office.get(where).text


def test_f_11_an_order_is_late_with_the_clock_that_passed_and_says_it_once(
    county, client, clock, case
):
    """The village owes its look at what is solved: the department is not late."""
    clock.set(at(2026, 10, 28))
    visited(county, case)
    verify(county, case)
    county.hear(order(case, 1, OrderIssued))
    fields = order(case, 1, OrderIssued).model_dump(exclude={"first_issued_on"})
    fields = {name: fields[name] for name in OrderFact.model_fields}
    solved = {"result": "solved", "late": False} | fields | {"state": OrderState.SOLVED}
    late = fields | {"state": OrderState.SOLVED, "clock": "confirm", "due": day(20, 10)}
    county.hear(
        OrderReported(**solved | {"on": day(12, 10)}),
        OrderFellOverdue(**late | {"on": day(21, 10)}),
        OrderFellOverdue(**late | {"on": day(26, 10)}),
        OrderDueMoved(
            **fields | {"state": OrderState.SOLVED, "on": day(27, 10)},
            solve_due=day(30, 10),
            reason="会议定为2026-10-30",
        ),
    )
    page = client("county", CLERK).get(f"/county/cases/{case.id}").text
    assert '<span class="state overdue">村级核实逾期</span>' in page
    assert '<span class="state overdue">逾期</span>' not in page
    assert "前解决" not in page, "it is solved"
    timeline = page.split("经过</h2>")[1]
    assert timeline.count("村级核实逾期") == 1
    assert "会议定为2026年10月30日" in timeline
    assert "2026-10" not in timeline
