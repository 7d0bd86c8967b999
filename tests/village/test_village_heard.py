"""What other services tell the village tier; each thing twice."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit.errors import Conflict, Forbidden
from kit.seal import seal, unseal
from schemas.codes import CaseDecision, GapItem, OrderState, RiskCause, VisitMode
from schemas.county import (
    CaseJoined,
    CaseNotQualified,
    CaseOpened,
    CaseReopened,
    CaseSentBack,
    CaseVerified,
    SupervisionReported,
    TeamNamed,
)
from schemas.dispatch import DepartmentNamed, HelpCompleted, OrderClosed, OrderIssued
from schemas.unit import UnitListSigned, UnitListSubmitted, UnitNamed, Verification
from schemas.values import Finding, FindingWords, Name, Need, Receipt, SourceAnswer, Verdict
from schemas.village import RecheckAnswered
from services.village import directory
from services.village.findings import commands as findings_commands
from services.village.outcomes import queries as outcomes_queries
from services.village.outcomes.models import CaseFate, Notice
from services.village.rechecks import commands as rechecks_commands
from services.village.rechecks.models import CountyRecheck
from tests.village.personas import (
    CLERK,
    HEAD,
    HEWAN,
    LEADER,
    MONTH,
    OTHER_HEAD,
    SHIQIAO,
    TOWNSHIP_CLERK,
    at,
    on,
)


def tasks(session, actor, day):
    return [
        task
        for tasks_of in service_named("village").tasks
        for task in tasks_of(session, actor, day)
    ]


def deliver(session, *events):
    """Every event twice, as the topic may."""
    for event in events:
        owner = event.topic.removeprefix("backstop.")
        headers = [
            ("ce_source", f"/backstop/990121000000/{owner}".encode()),
            ("ce_id", str(uuid4()).encode()),
            ("ce_type", event.type.encode()),
        ]
        record = SimpleNamespace(
            topic=event.destination,
            headers=headers,
            value=event.model_dump_json().encode(),
            timestamp=0,
            timestamp_type=0,
        )
        service_named("village").handlers.handle(session, [record])
        service_named("village").handlers.handle(session, [record])
    session.flush()


def found_by_others(session, household, finding):
    return Finding(
        finding=finding,
        household=household,
        village=SHIQIAO,
        group="01",
        causes=(RiskCause.ILLNESS,),
        found_on=on(16),
        sealed=seal(session, FindingWords(head_name="陈红梅")),
    )


def order(kind, **more):
    return kind(
        order="O1",
        number="DQ-1",
        case="C1",
        household="h",
        village=SHIQIAO,
        gap_item=GapItem.MEDICAL_COST,
        department="health-insurance",
        **more,
    )


def issued(day):
    dues = dict.fromkeys(("accept_due", "return_due", "report_due", "solve_due"), on(day, 10))
    return order(OrderIssued, state=OrderState.ISSUED, on=on(day), first_issued_on=on(day), **dues)


def test_b_38_village_and_township_are_told_of_the_other_channels(session, register):
    """B-38: read-only notices, so that nobody visits twice."""
    listed, other = (found_by_others(session, register["H1"], name) for name in ("U-1", "U-2"))
    supervised = found_by_others(session, register["H1"], "S-1")
    deliver(
        session,
        UnitNamed(unit="U001", name="县发展和改革局"),
        TeamNamed(team="D1", name="第一督导组", townships=(HEWAN,), sealed="x"),
        UnitListSubmitted(
            unit="U001",
            month=MONTH,
            receipt=Receipt(on=on(24)),
            nil=False,
            findings=(listed, other),
        ),
        UnitListSigned(
            unit="U001",
            month=MONTH,
            signed_on=on(25),
            late=False,
            nil=False,
            required=9,
            contacted=9,
            unreached=0,
            verdicts=(
                Verdict(finding="U-1", agreed=True),
                Verdict(finding="U-2", agreed=False, reason="误报"),
            ),
        ),
        SupervisionReported(
            team="D1",
            month=MONTH,
            receipt=Receipt(on=on(25)),
            late=False,
            nil=False,
            findings=(supervised,),
        ),
    )
    for reader in (CLERK, TOWNSHIP_CLERK, LEADER):
        assert len(outcomes_queries.notices(session, reader, MONTH)) == 3
    assert outcomes_queries.notices(session, OTHER_HEAD, MONTH) == []
    first, second = session.get(Notice, "U-1"), session.get(Notice, "U-2")
    assert (first.signed_on, first.struck_out, second.struck_out) == (on(25), None, "误报")
    assert "#" in first.event
    assert directory.source_names(session, ["U001"])["U001"] == "县发展和改革局"


def test_the_finder_sees_what_became_of_a_finding_in_whatever_order_it_is_told(session, register):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    case = {
        "case": "C1",
        "household": register["H1"],
        "village": SHIQIAO,
        "findings": (finding.id,),
    }
    deliver(
        session,
        issued(28),
        CaseOpened(**case, number="AJ-1", on=on(26), tiers=("VILLAGE",)),
        CaseVerified(
            **case,
            number="AJ-1",
            on=on(27),
            primary_cause=RiskCause.ILLNESS,
            causes=(RiskCause.ILLNESS,),
            needs=(),
        ),
        order(OrderClosed, state=OrderState.CLOSED, on=on(9, 10), days=6),
        HelpCompleted(case="C1", household=register["H1"], on=on(9, 10)),
    )
    (fate,) = outcomes_queries.fate_of(session, finding)
    assert [text for _, text in fate.steps] == [
        "县里登记线索AJ-1",
        "县里核实：已核实",
        "医疗费用：医疗保障局已办结（DQ-1）",
        "帮扶事项全部办结",
    ]
    assert fate.case.helped_on == on(9, 10)


def test_f_47_a_department_that_the_county_added_is_called_by_its_name(session, register):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    case = {"case": "C1", "household": register["H1"], "village": SHIQIAO, "number": "AJ-1"}
    deliver(
        session,
        DepartmentNamed(department="veterans-office", name="县退役军人事务局"),
        CaseOpened(**case, findings=(finding.id,), on=on(26), tiers=("VILLAGE",)),
        issued(28).model_copy(update={"department": "veterans-office"}),
    )
    (fate,) = outcomes_queries.fate_of(session, finding)
    (told,) = [text for _, text in fate.steps if "DQ-1" in text]
    assert "县退役军人事务局" in told
    assert "veterans-office" not in told


def test_help_may_be_told_before_its_case(session):
    deliver(session, HelpCompleted(case="C9", household="h", on=on(30)))
    deliver(
        session,
        CaseOpened(
            case="C9",
            number="AJ-9",
            household="h",
            village=SHIQIAO,
            on=on(26),
            tiers=("UNIT",),
            findings=(),
        ),
    )
    fate = session.get(CaseFate, "C9")
    assert (fate.helped_on, fate.number, fate.village) == (on(30), "AJ-9", SHIQIAO)


def test_not_qualified_says_why(session, register):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    deliver(
        session,
        CaseNotQualified(
            case="C2",
            household=register["H1"],
            village=SHIQIAO,
            on=on(27),
            reason="收入高于标准",
            findings=(finding.id,),
        ),
    )
    (fate,) = outcomes_queries.fate_of(session, finding)
    assert fate.case.decision is CaseDecision.NOT_QUALIFIED
    assert fate.steps[-1][1] == "县里核实：不符合条件（收入高于标准）"


def test_f_01_a_case_of_a_household_outside_the_register_is_answered_too(session, register, heard):
    """The county alone knows it: a supervision team found it."""
    sent_back = CaseSentBack(
        case="C4",
        number="AJ-4",
        household="019a0000-0000-7000-8000-0000000000ff",
        village=SHIQIAO,
        township=HEWAN,
        on=on(22),
        due=on(29),
        question="是否还住在村里",
        findings=(),
    )
    deliver(session, sent_back)
    rechecks_commands.answer_recheck(
        session, "C4", still_at_risk=False, note="已搬走", actor=HEAD, on=on(25)
    )
    (event,) = heard(session, RecheckAnswered)
    assert unseal(session, event.sealed, FindingWords).note == "已搬走"


def test_f_11_a_finder_reads_that_the_township_has_answered(session, register):
    """Until the county decides, or asks once more."""
    case = {"case": "C6", "household": register["H1"], "village": SHIQIAO, "findings": ("f6",)}
    sent_back = CaseSentBack(
        **case, number="AJ-6", township=HEWAN, on=on(22), due=on(29), question="是否已外出务工"
    )

    def reads() -> str:
        session.flush()
        return outcomes_queries.Fate("f6", session.get_one(CaseFate, "C6"), (), {}).steps[-1][1]

    deliver(session, sent_back)
    asked = reads()
    assert "退回" in asked
    rechecks_commands.answer_recheck(
        session, "C6", still_at_risk=True, note="仍住院", actor=HEAD, on=on(25)
    )
    assert reads() == "乡镇已复核，等县里决定"
    deliver(session, sent_back.model_copy(update={"on": on(28)}))
    assert reads() == asked


def test_f_01_what_the_county_decided_without_waiting_is_nobodys_to_answer(session, register):
    case = {"case": "C5", "household": register["H1"], "village": SHIQIAO}
    sent_back = CaseSentBack(
        **case,
        number="AJ-5",
        township=HEWAN,
        on=on(22),
        due=on(29),
        question="是否已外出务工",
        findings=(),
    )
    deliver(session, sent_back)
    deliver(session, CaseNotQualified(**case, on=on(27), reason="收入高于标准", findings=()))
    assert not [task for task in tasks(session, TOWNSHIP_CLERK, on(28)) if "AJ-5" in task.title]
    with pytest.raises(Conflict, match="县里已经作出决定"):
        rechecks_commands.answer_recheck(
            session, "C5", still_at_risk=True, note="仍住院", actor=HEAD, on=on(28)
        )


def test_f_01_a_decision_taken_back_revives_no_recheck(session, register):
    """The case is the office's alone, until it is sent back once more."""
    case = {"case": "C6", "household": register["H1"], "village": SHIQIAO, "findings": ()}
    number = {"number": "AJ-6"}
    asked = case | number | {"township": HEWAN, "question": "是否已外出务工"}
    deliver(
        session,
        CaseSentBack(**asked, on=on(3), due=on(10)),
        CaseNotQualified(**case, on=on(14), reason="不在监测范围"),
        CaseReopened(**case, **number, on=on(15)),
    )

    def rechecks(day):
        return [task for task in tasks(session, TOWNSHIP_CLERK, on(day)) if "AJ-6" in task.title]

    def answer(day):
        return rechecks_commands.answer_recheck(
            session, "C6", still_at_risk=True, note="仍住院", actor=HEAD, on=on(day)
        )

    assert not rechecks(15)
    with pytest.raises(Conflict, match="不用再答复"):
        answer(15)
    deliver(session, CaseSentBack(**(asked | {"question": "收入"}), on=on(16), due=on(23)))
    (task,) = rechecks(16)
    assert task.due == on(23)
    recheck = answer(17)
    assert (recheck.question, recheck.asked_on) == ("收入", on(16))
    assert not rechecks(17)
    deliver(session, CaseSentBack(**(asked | {"question": "住房"}), on=on(18), due=on(25)))
    assert len(rechecks(18)) == 1, "answered, it may be sent back again"
    deliver(session, CaseNotQualified(**case, on=on(19), reason="作废", void=True))
    assert not rechecks(19)


def test_a_case_sent_back_is_a_task_of_the_township_until_it_answers(session, register, heard):
    """D-09: five working days."""
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
    assert len(session.exec(select(CountyRecheck)).all()) == 1
    (task,) = [one for one in tasks(session, TOWNSHIP_CLERK, on(23)) if "复核AJ-3" in one.title]
    assert task.due == on(29)

    def answer(actor):
        return rechecks_commands.answer_recheck(
            session, "C3", still_at_risk=True, note="仍住院", actor=actor, on=on(25)
        )

    for actor in (CLERK, OTHER_HEAD):
        with pytest.raises(Forbidden):
            answer(actor)
    answer(HEAD)
    with pytest.raises(Conflict):
        answer(HEAD)
    (event,) = heard(session, RecheckAnswered)
    assert (event.still_at_risk, event.township) == (True, HEWAN)
    assert unseal(session, event.sealed, FindingWords).note == "仍住院"
    assert not [one for one in tasks(session, TOWNSHIP_CLERK, on(26)) if "AJ-3" in one.title]


def test_f_05_a_finding_that_came_after_the_decision_has_no_end_until_it_is_answered(
    session, register
):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(28)
    )
    about = {"case": "C1", "household": register["H1"], "village": SHIQIAO, "number": "AJ-1"}
    decision = {
        **about,
        "on": on(27),
        "primary_cause": RiskCause.ILLNESS,
        "causes": (RiskCause.ILLNESS,),
    }
    need = Need(need="N1", gap_item=GapItem.MEDICAL_COST, question="能报销多少", sealed="x")
    deliver(
        session,
        CaseOpened(**about, on=on(20), tiers=("UNIT",), findings=("U-1",)),
        CaseVerified(
            **decision,
            needs=(need,),
            findings=("U-1",),
            answers=(SourceAnswer(finding="U-1", need="N1"),),
        ),
        CaseJoined(**about, on=on(29), joined=finding.id, findings=("U-1", finding.id)),
        HelpCompleted(case="C1", household=register["H1"], on=on(9, 10)),
    )
    fates = outcomes_queries.fate_of(session, finding)
    assert [text for _, text in fates[0].steps] == [
        "县里登记线索AJ-1，这一条后来并入",
        "县里核实：已核实",
        "帮扶事项全部办结",
        "这一条是决定以后到的，县里还没有答复",
    ]
    assert outcomes_queries.end_of(finding, fates) is None
    deliver(
        session,
        CaseVerified(
            **decision,
            needs=(),
            findings=("U-1", finding.id),
            answers=(SourceAnswer(finding=finding.id, need="N1"),),
        ),
    )
    fates = outcomes_queries.fate_of(session, finding)
    assert fates[0].answer == "由“医疗费用”解决"
    assert outcomes_queries.end_of(finding, fates) == (on(9, 10), "帮扶事项全部办结")


def test_f_08_what_a_closed_case_left_unanswered_reads_what_the_next_case_says(session, register):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(28)
    )
    first = {"case": "C1", "household": register["H1"], "village": SHIQIAO, "number": "AJ-1"}
    next_ = first | {"case": "C2", "number": "AJ-2"}
    deliver(
        session,
        CaseOpened(**first, on=on(20), tiers=("UNIT",), findings=("U-1",)),
        CaseVerified(
            **first,
            on=on(27),
            primary_cause=RiskCause.ILLNESS,
            causes=(RiskCause.ILLNESS,),
            needs=(),
            findings=("U-1",),
            answers=(SourceAnswer(finding="U-1", why_not="反映情况不实"),),
        ),
        CaseJoined(**first, on=on(29), joined=finding.id, findings=("U-1", finding.id)),
        HelpCompleted(case="C1", household=register["H1"], on=on(9, 10)),
        CaseOpened(**next_, on=on(9, 10), tiers=("VILLAGE",), findings=(finding.id,)),
    )
    old, new = outcomes_queries.fate_of(session, finding)
    assert old.steps[-1] == (on(9, 10), "这一条没有答复，转入线索AJ-2")
    assert new.steps == [(on(9, 10), "县里登记线索AJ-2")]
    assert outcomes_queries.end_of(finding, [old, new]) is None
    next_.pop("number")
    decided = CaseNotQualified(
        **next_, on=on(13, 10), reason="不在监测范围", findings=(finding.id,)
    )
    deliver(session, decided)
    fates = outcomes_queries.fate_of(session, finding)
    steps = [text for fate in fates for _, text in fate.steps]
    assert not [text for text in steps if "县里还没有答复" in text]
    assert steps[-1] == "县里核实：不符合条件（不在监测范围）"
    assert outcomes_queries.end_of(finding, fates) == (on(13, 10), steps[-1])


def test_f_08_a_decision_that_was_taken_back_is_no_end(session, register):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    case = {
        "case": "C2",
        "household": register["H1"],
        "village": SHIQIAO,
        "findings": (finding.id,),
    }
    answers = (SourceAnswer(finding=finding.id, why_not="反映情况不实"),)
    deliver(session, CaseNotQualified(**case, on=on(27), reason="反映情况不实", answers=answers))
    fates = outcomes_queries.fate_of(session, finding)
    assert outcomes_queries.end_of(finding, fates)
    assert fates[0].answer == "不办：反映情况不实"
    deliver(session, CaseReopened(**case, number="AJ-2", on=on(28)))
    fates = outcomes_queries.fate_of(session, finding)
    assert outcomes_queries.end_of(finding, fates) is None
    assert fates[0].steps[-1] == (on(28), "县里撤回了原来的决定，正在重新核实")
    assert fates[0].answer is None
    deliver(session, CaseNotQualified(**case, on=on(30), reason="不在监测范围"))
    assert outcomes_queries.end_of(finding, outcomes_queries.fate_of(session, finding)) == (
        on(30),
        "县里核实：不符合条件（不在监测范围）",
    )


def test_f_13_a_case_that_was_joined_by_mistake_decided_nothing(session, register):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    case = {
        "case": "C2",
        "household": register["H1"],
        "village": SHIQIAO,
        "findings": (finding.id,),
    }
    reason = "归并有误，已撤回，正在重新确认"
    deliver(session, CaseNotQualified(**case, on=on(27), reason=reason, void=True))
    assert outcomes_queries.fate_of(session, finding) == []
    deliver(session, CaseOpened(**(case | {"case": "C3"}), number="AJ-3", on=on(28), tiers=()))
    (fate,) = outcomes_queries.fate_of(session, finding)
    assert [text for _, text in fate.steps] == ["县里登记线索AJ-3"]


def test_n_11_the_household_reads_who_of_the_unit_verified_and_the_countys_answers(
    session, register, client, clock
):
    finding = findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    verified = Verification(
        finding="U-1", on=on(23), how=VisitMode.FIELD_VISIT, sealed=seal(session, Name(name="周明"))
    )
    household = register["H1"]
    deliver(
        session,
        UnitNamed(unit="U001", name="县发展和改革局"),
        UnitListSubmitted(
            unit="U001",
            month=MONTH,
            receipt=Receipt(on=on(24)),
            nil=False,
            findings=(found_by_others(session, household, "U-1"),),
            verifications=(verified,),
        ),
        CaseNotQualified(
            case="C2",
            household=household,
            village=SHIQIAO,
            on=on(27),
            reason="不在监测范围",
            findings=(finding.id, "U-1"),
            answers=(
                SourceAnswer(finding=finding.id, why_not="反映情况不实"),
                SourceAnswer(finding="U-1", why_not="已享受政策、风险已化解"),
            ),
        ),
    )
    session.commit()
    clock.set(at(28))
    page = client("village", CLERK).get(f"/village/households/{household}").text
    for words in (
        "2026年9月23日实地走访核实（周明）",
        "县里答复：不办：反映情况不实",
        "县里答复：不办：已享受政策、风险已化解",
    ):
        assert words in page
