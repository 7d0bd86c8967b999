"""Decisions of the unit tier, without a database."""

from datetime import date, timedelta

import pytest

from schemas.codes import RiskCause, VisitMode
from schemas.values import Since
from services.unit.lists import rules as lists_rules
from services.unit.outcomes import rules as outcomes_rules
from services.unit.outcomes.rules import CaseFacts, OrderFacts
from services.unit.visits import rules as visits_rules
from services.unit.visits.rules import ContactState, VisitNote

DUE = date(2026, 9, 25)
OPEN = OrderFacts("DQ-990121-202609-0001", "医疗费用")
CLOSED = OrderFacts("DQ-990121-202609-0002", "住房安全", date(2026, 9, 30))


@pytest.mark.parametrize(
    ("reached", "tries", "state"),
    [
        (1, 0, ContactState.CONTACTED),
        (1, 3, ContactState.CONTACTED),
        (0, 2, ContactState.UNREACHED),
        (0, 0, ContactState.NEGLECTED),
    ],
)
def test_trying_in_vain_is_neither_contacted_nor_neglected(reached, tries, state):
    assert visits_rules.contact_state(reached, tries, least=1) is state


def test_a_list_is_in_time_until_the_end_of_its_due_day_and_a_supplement_to_a_signed_one_is_late():
    assert not lists_rules.is_late(DUE, DUE, after_signature=False)
    assert lists_rules.is_late(date(2026, 9, 26), DUE, after_signature=False)
    assert lists_rules.is_late(date(2026, 9, 24), DUE, after_signature=True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"on": date(2026, 9, 22)}, "晚于今天"),
        ({"at_risk": True}, "请选风险原因"),
        ({"at_risk": True, "reached": False, "causes": (RiskCause.ILLNESS,)}, "没有联系上"),
        ({"causes": (RiskCause.ILLNESS,)}, "填了风险内容"),
        (
            {
                "at_risk": True,
                "causes": (RiskCause.ILLNESS,),
                "since": Since(day=date(2026, 9, 12)),
            },
            "晚于走访时间",
        ),
    ],
)
def test_a_visit_that_contradicts_itself_is_refused(more, words):
    fields = {
        "household": "h",
        "helper": "U001-01",
        "on": date(2026, 9, 9),
        "mode": VisitMode.PHONE,
    } | more
    assert any(
        words in reason
        for reason in visits_rules.objections(VisitNote(**fields), date(2026, 9, 21))
    )


def test_progress_leaves_out_the_exempt():
    done = visits_rules.progress(
        [
            (ContactState.CONTACTED, False),
            (ContactState.UNREACHED, False),
            (ContactState.NEGLECTED, False),
            (ContactState.NEGLECTED, True),
        ]
    )
    assert (done.required, done.contacted, done.unreached, done.neglected, done.exempt) == (
        3,
        1,
        1,
        1,
        1,
    )


def test_the_fate_follows_the_latest_that_was_heard():
    day = date(2026, 9, 28)
    assert outcomes_rules.fate(None) == "已报县，县里还没有登记线索"
    assert outcomes_rules.fate(CaseFacts(opened_on=day)) == "县里已登记线索，待核实"
    assert outcomes_rules.fate(CaseFacts(orders=(CLOSED, OPEN))) == "已交办2件，办结1件"
    assert (
        outcomes_rules.fate(CaseFacts(not_qualified_on=day, not_qualified_reason="不在范围"))
        == "经核实不符合条件：不在范围"
    )
    assert outcomes_rules.fate(CaseFacts(orders=(CLOSED,), helped_on=day)) == "帮扶已全部办结"
    assert outcomes_rules.fate(CaseFacts(sent_back_on=day)) == "退回乡镇复核"


@pytest.mark.parametrize(("answered", "is_answered"), [(-1, False), (0, True), (3, True)])
def test_f_11_a_case_that_the_township_has_answered_is_not_sent_back_any_more(
    answered, is_answered
):
    day = date(2026, 9, 28)
    facts = CaseFacts(sent_back_on=day, rechecked_on=day + timedelta(answered))
    said = "乡镇已复核，等县里决定" if is_answered else "退回乡镇复核"
    assert outcomes_rules.fate(facts) == said
