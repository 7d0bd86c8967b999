"""Lists: nil is declared, drafts stay behind, the head's signature decides what is late."""

from datetime import date

import pytest

from kit.errors import Conflict, Forbidden, Refused
from kit.forms.receiving import Receiving
from kit.messaging.outbox import emitted
from kit.seal import unseal
from rulebook.types import LONGEST
from schemas.codes import Role
from schemas.unit import UnitListSigned, UnitListSubmitted
from schemas.values import FindingWords, Since, Verdict
from services.unit.findings import commands as findings_commands
from services.unit.findings import queries as findings_queries
from services.unit.lists import commands as lists_commands
from services.unit.months import queries as months_queries
from services.unit.visits import commands as visits_commands
from tests.unit.conftest import CLERK, HEAD, MONTH, OFFICE, REASONS, risk, visit, who

ON = date(2026, 9, 24)


def of(session, kind):
    return [one for one in emitted(session) if isinstance(one, kind)]


def submit(doing, nil=False, on=ON, actor=CLERK):
    command = lists_commands.submit_list
    return doing(command, "U001", MONTH, nil=nil, **REASONS, actor=actor, on=on)


def sign(doing, on=ON, actor=HEAD):
    return doing(lists_commands.sign_list, "U001", MONTH, actor=actor, on=on)


def found(doing, *notes):
    doing(visits_commands.record_visits, list(notes), actor=CLERK, on=ON)


def test_an_empty_list_is_no_nil_return(doing):
    with pytest.raises(Refused, match="零报告"):
        submit(doing)


def test_nil_is_refused_while_a_risk_stands_even_an_incomplete_or_struck_out_one(session, doing):
    found(doing, risk(1, matter=None))
    with pytest.raises(Refused, match="不能零报告"):
        submit(doing, nil=True)
    with pytest.raises(Refused, match="张珍待补充"):
        submit(doing)
    finding = findings_queries.findings(session)[0]
    doing(
        findings_commands.strike_out_finding, finding.id, reason="经核实已报销", actor=HEAD, on=ON
    )
    with pytest.raises(Refused, match="不能零报告"):
        submit(doing, nil=True)


def test_incomplete_findings_stay_behind_and_are_named(opened, doing):
    found(doing, risk(1), risk(3, helper="U001-02", risk_point=None, matter=None))
    answer = submit(doing)
    assert (answer.findings, answer.left_behind) == (1, ("陈红梅",))
    with opened.begin() as session:
        (event,) = of(session, UnitListSubmitted)
        assert [one.household for one in event.findings] == ["h1"]
        words = unseal(session, event.findings[0].sealed, FindingWords)
        assert (words.head_name, words.risk_point, words.matter, words.size) == (
            "张珍",
            "户主住院",
            "落实医疗救助",
            3,
        )
        assert "张珍" not in event.model_dump_json()
        assert [one.state for one in findings_queries.findings(session)] == ["submitted", "draft"]


def test_the_heads_signature_in_time(opened, doing):
    found(doing, risk(1), visit(2, reached=False))
    submit(doing)
    sign(doing, on=date(2026, 9, 25))
    with opened.begin() as session:
        (event,) = of(session, UnitListSigned)
        assert (event.late, event.nil, event.required, event.contacted, event.unreached) == (
            False,
            False,
            4,
            1,
            1,
        )
        assert event.verdicts == (
            Verdict(finding=findings_queries.findings(session)[0].id, agreed=True),
        )
        row = months_queries.unit_month(session, "U001", MONTH)
        assert (row.timeliness, row.content) == ("on_time", "findings")


def test_late_is_decided_by_the_signature_not_by_the_clerk(opened, doing):
    submit(doing, nil=True, on=date(2026, 9, 25))
    (one,) = sign(doing, on=date(2026, 9, 26))
    assert one.late
    with opened.begin() as session:
        row = months_queries.unit_month(session, "U001", MONTH)
        assert (row.timeliness, row.content) == ("late", "nil")


def test_a_supplement_to_a_signed_list_is_late_and_does_not_spoil_the_month(opened, doing):
    submit(doing, nil=True, on=date(2026, 9, 22))
    sign(doing, on=date(2026, 9, 22))
    found(doing, risk(1))
    answer = submit(doing, on=ON)
    assert answer.list.supplement == 1
    (one,) = sign(doing, on=ON)
    assert one.late
    with opened.begin() as session:
        row = months_queries.unit_month(session, "U001", MONTH)
        assert (row.timeliness, row.content) == ("on_time", "findings")
        assert [one.supplement for one in of(session, UnitListSigned)] == [0, 1]


def test_one_signature_covers_all_lists_that_wait(doing):
    found(doing, risk(1))
    submit(doing)
    found(doing, risk(2))
    submit(doing)
    assert [one.late for one in sign(doing)] == [False, False]


def test_gt_26_struck_out_stays_visible_with_its_reason(opened, doing):
    found(doing, risk(1), risk(2))
    with opened() as session:
        first, second = findings_queries.findings(session)
    doing(findings_commands.strike_out_finding, first.id, reason="已享受低保", actor=HEAD, on=ON)
    submit(doing)
    doing(findings_commands.strike_out_finding, second.id, reason="金额不实", actor=HEAD, on=ON)
    sign(doing)
    with opened.begin() as session:
        (event,) = of(session, UnitListSubmitted)
        assert event.findings[0].struck_out == "帮扶单位主要领导划除：已享受低保"
        assert event.findings[1].struck_out is None
        verdicts = of(session, UnitListSigned)[0].verdicts
        assert [(one.agreed, one.reason) for one in verdicts] == [
            (False, "已享受低保"),
            (False, "金额不实"),
        ]
        helper = who(Role.HELPER, "U001-01")
        assert findings_queries.finding_view(session, helper, first.id).fate == "已划除：已享受低保"
        assert months_queries.unit_month(session, "U001", MONTH).content == "findings"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"matter": "长" * (LONGEST + 1)}, "风险点和需解决的相关事宜各不超过"),
        ({"since": Since(day=date(2026, 9, 25))}, "风险发生时间晚于今天"),
    ],
)
def test_what_completes_a_finding_is_short_and_of_a_day_that_was(session, doing, more, sentence):
    found(doing, risk(1, matter=None))
    (finding,) = findings_queries.findings(session)
    words = {"risk_point": "户主住院", "matter": "落实医疗救助"} | more
    with pytest.raises(Refused, match=sentence):
        doing(findings_commands.complete_finding, finding.id, **words, actor=CLERK, on=ON)
    session.refresh(finding)
    assert (finding.matter, finding.completed_by) == (None, None)


def test_signed_findings_and_lists_do_not_change_any_more(session, doing):
    found(doing, risk(1))
    submit(doing)
    finding = findings_queries.findings(session)[0].id
    with pytest.raises(Conflict, match="已经报送"):
        doing(
            findings_commands.complete_finding,
            finding,
            risk_point="一",
            matter="二",
            actor=CLERK,
            on=ON,
        )
    sign(doing)
    with pytest.raises(Conflict, match="已经签发"):
        doing(findings_commands.strike_out_finding, finding, reason="不实", actor=HEAD, on=ON)
    with pytest.raises(Conflict):
        sign(doing)
    with pytest.raises(Conflict):
        submit(doing, nil=True)
    with pytest.raises(Conflict):
        submit(doing)


@pytest.mark.parametrize(
    "actor", [CLERK, OFFICE, who(Role.ADMINISTRATOR), who(Role.UNIT_HEAD, "U002")]
)
def test_only_the_units_head_signs_and_strikes_out(session, doing, actor):
    found(doing, risk(1))
    submit(doing)
    with pytest.raises(Forbidden):
        sign(doing, actor=actor)
    with pytest.raises(Forbidden):
        doing(
            findings_commands.strike_out_finding,
            findings_queries.findings(session)[0].id,
            reason="不实",
            actor=actor,
            on=ON,
        )


@pytest.mark.parametrize(
    "actor",
    [HEAD, who(Role.ADMINISTRATOR), who(Role.UNIT_CLERK, "U002"), who(Role.HELPER, "U001-01")],
)
def test_only_the_units_clerk_or_the_office_for_him_submits(doing, actor):
    with pytest.raises(Forbidden):
        submit(doing, nil=True, actor=actor)


def test_a_paper_received_earlier_is_entered_as_such(opened, doing):
    doing(
        lists_commands.submit_list,
        "U001",
        MONTH,
        nil=True,
        **REASONS,
        actor=OFFICE,
        on=date(2026, 9, 26),
        paper=Receiving(received_on=date(2026, 9, 23), reason="纸质表23日收到"),
    )
    with opened.begin() as session:
        receipt = of(session, UnitListSubmitted)[0].receipt
        assert (receipt.on, receipt.entered_on, receipt.reason) == (
            date(2026, 9, 23),
            date(2026, 9, 26),
            "纸质表23日收到",
        )


def test_what_was_struck_out_is_not_worked_on_any_more(session, doing):
    with pytest.raises(Conflict, match="没有等待签发的名单"):
        sign(doing)
    found(doing, risk(1, matter=None))
    (finding,) = findings_queries.findings(session)

    def strike_out(reason: str):
        commands = findings_commands.strike_out_finding
        return doing(commands, finding.id, reason=reason, actor=HEAD, on=ON)

    with pytest.raises(Refused, match="划除的理由"):
        strike_out(" ")
    strike_out("经核实已报销")
    with pytest.raises(Conflict, match="已经划除"):
        strike_out("再核实")
    words = {"risk_point": "户主住院", "matter": "落实医疗救助"}
    with pytest.raises(Conflict, match="已经划除：经核实已报销"):
        doing(findings_commands.complete_finding, finding.id, **words, actor=CLERK, on=ON)
