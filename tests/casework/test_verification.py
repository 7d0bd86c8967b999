"""入户核实: two verifiers, the day that pins the rules, income line by line, versions, the category."""

import pytest
from sqlmodel import select

from kit.errors import Conflict, Forbidden, Refused
from kit.seal import unseal
from rulebook.income import IncomeLine
from schemas.casework import HouseholdVerified, VerifiedWords
from schemas.codes import Stratum
from services.casework.consents import commands as consents
from services.casework.consents.forms import ConsentForm
from services.casework.identification import commands as files
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.verification import commands, queries
from services.casework.verification.forms import CategoryForm, DepartmentValuesForm, MemberForm
from services.casework.verification.models import Verification
from tests.casework.household import family, keys, visit
from tests.casework.town import CLERK, OFFICE, OTHER_CLERK, TOWNSHIP_CLERK, Casework, day


def consented(casework: Casework, **more) -> Identification:
    """Household 1, which has signed."""
    file = family(casework, **more)
    form = ConsentForm(covered=[keys(casework, file)["户主1"]], method="HANDWRITTEN", on=day(19))
    casework.do(consents.sign_consent, file.id, form, actor=CLERK, on=day(19))
    return file


@pytest.fixture
def file(casework: Casework) -> Identification:
    return consented(casework)


def verify(casework: Casework, file, actor=TOWNSHIP_CLERK, today=day(19), **changed):
    form = visit(casework, file, **changed)
    return casework.do(commands.verify, file.id, form, actor=actor, on=today)


def lacking(casework: Casework, file) -> list[str]:
    with casework.sessions() as session:
        stored = session.get_one(Identification, file.id)
        return queries.lacking(session, stored, queries.latest(session, file.id))


def choose(casework: Casework, file, category: str, reason: str = ""):
    form = CategoryForm(category=category, reason=reason)
    return casework.do(commands.choose_category, file.id, form, actor=CLERK, on=day(19))


def income(casework: Casework, file) -> queries.Income:
    with casework.sessions() as session:
        stored = session.get_one(Identification, file.id)
        return queries.income(session, stored, queries.latest(session, file.id))


def test_the_same_day_needs_little_and_the_village_assesses_when_all_is_there(casework, file):
    verify(casework, file)
    (stored,) = casework.files()
    assert (stored.state, stored.pinned_on, stored.assess_due) == (S.ASSESS, day(19), day(22))
    assert lacking(casework, file) == [
        *("住房", "饮水", "教育", "医疗", "家庭收入", "致贫返贫风险原因", "对象类别")
    ]
    with casework.sessions() as session:
        tasks = casework.service.open_tasks(session, TOWNSHIP_CLERK, day(19))
    (task,) = [one for one in tasks if one.kind == "complete_verification"]
    assert (task.href, task.due) == (f"/casework/files/{file.id}/verification", day(22))
    verify(casework, file, whole=True, today=day(20))  # only added to: no reason is asked
    assert lacking(casework, file) == ["对象类别"]
    choose(casework, file, "SUDDEN_HARDSHIP")
    assert lacking(casework, file) == []
    told = casework.said(HouseholdVerified)
    assert [(event.version, event.complete) for event in told] == [
        (1, False),
        (2, False),
        (2, True),
    ]
    assert (told[-1].category, told[-1].size) == (Stratum.SUDDEN_HARDSHIP, 4)
    assert (told[-1].period_from, told[-1].period_to) == (day(1).replace(year=2025), day(31, 8))
    assert casework.deeds(file)[2:] == [A.VERIFY, A.NOTE, A.NOTE]


def test_both_results_stand_there_with_the_sum_written_out(casework, file):
    """GT-07 on the real rows: 7,700 net is above, 6,700 after self-paid costs below 7,200."""
    verify(casework, file, whole=True)
    found = income(casework, file)
    assert found.reckoning
    assert (found.reckoning.net.is_below, found.reckoning.assessed.is_below) == (False, True)
    assert "人均7,700.00元" in found.reckoning.net.sentence
    assert "人均6,700.00元" in found.reckoning.assessed.sentence
    assert found.suggestion.category is Stratum.SUDDEN_HARDSHIP
    with casework.sessions() as session:
        words = unseal(session, casework.said(HouseholdVerified)[0].sealed, VerifiedWords)
    assert (words.net, words.assessed, words.line) == (3_080_000, 2_680_000, 720_000)
    assert words.below_line
    assert words.visitors == ("赵岩（乡镇专干）", "周某（驻村工作队）")


@pytest.mark.parametrize(
    ("stratum", "suggested"),
    [(Stratum.ORDINARY, Stratum.MARGINAL), (Stratum.EX_POOR, Stratum.UNSTABLE_EX_POOR)],
)
def test_a_person_decides_the_category_whatever_was_suggested(casework, stratum, suggested):
    file = consented(casework, stratum=stratum)
    verify(casework, file, whole=True, wage=2_000_000)
    assert income(casework, file).suggestion.category is suggested
    with pytest.raises(Refused, match="不是收入测算建议的"):
        choose(casework, file, "SUDDEN_HARDSHIP")
    with pytest.raises(Refused, match="没有这一类"):
        choose(casework, file, "ORDINARY")
    chosen = choose(casework, file, "SUDDEN_HARDSHIP", "刚遭火灾，收入尚未反映")
    assert (chosen.category, chosen.suggested) == (Stratum.SUDDEN_HARDSHIP, suggested)


def test_costs_above_income_are_a_loss_and_allowed(casework, file):
    verify(casework, file, whole=True, business_income=100_000, business_cost=900_000)
    assert income(casework, file).reckoning.net.total == 3_080_000 - 800_000


@pytest.mark.parametrize(
    ("changed", "sentence", "named"),
    [
        ({"wage": -1}, "工资性收入不能是负数", "wage"),
        ({"rough_income": -1}, "家庭年收入大约不能是负数", "rough_income"),
        ({"shares": []}, "至少为1人", "shares"),
        ({"shares": ["of-another"]}, "重新打开", "shares"),
        ({"name_2": None, "post_2": None}, "要有两名核实人员", "account_2"),
        ({"name_2": "赵岩"}, "要有两名核实人员", "account_1"),
        ({"post_2": None}, "请选择周某的职务", "post_2"),
        ({"post_1": "VILLAGE"}, "至少有一名乡镇干部", "account_1"),
        ({"account_1": "nobody"}, "改填姓名和职务", "account_1"),
        ({"on": day(17)}, "不能早于首次发现", "on"),
        ({"on": day(20)}, "不能晚于今天", "on"),
        ({"water_ok": False}, "请选是哪方面", "water_faults"),
        ({"water_ok": True, "water_faults": ["AMOUNT"]}, "不用选", "water_faults"),
        ({"insured": False}, "没有参保的人", "uninsured"),
        ({"schooling": ["x:NOWHERE"]}, "每个适龄儿童", "schooling"),
        ({"wage_source": "DEPARTMENT"}, "来源是部门数据", "wage"),
    ],
)
def test_what_a_visit_lacks_is_said_at_its_field(casework, file, changed, sentence, named):
    with pytest.raises(Refused, match=sentence) as refused:
        verify(casework, file, **changed)
    assert refused.value.field == named
    assert casework.files()[0].state is S.VERIFY
    assert casework.files()[0].pinned_on is None
    assert casework.said(HouseholdVerified) == []


def test_a_child_of_school_age_is_in_school_or_somebody_says_why_not(casework, file):
    known = keys(casework, file)
    # Of the child of three nothing is asked; who answers for one child answers for all.
    with pytest.raises(Refused, match="写明原因"):
        verify(casework, file, schooling=[f"{known['长子1']}:DROPPED_OUT"])
    with pytest.raises(Refused, match="请填写长子1的就学情况"):
        verify(casework, file, schooling=[f"{known['次子1']}:NOT_YET"])
    verify(casework, file, whole=True, schooling=[])
    assert "教育" in lacking(casework, file)
    told = [f"{known['长子1']}:DROPPED_OUT"]
    verify(casework, file, whole=True, schooling=told, schooling_words="外出务工，正在劝返")
    assert "教育" not in lacking(casework, file)


def test_what_was_said_is_corrected_with_a_reason_and_both_versions_are_kept(casework, file):
    verify(casework, file, whole=True)
    with pytest.raises(Refused, match="工资性收入") as refused:
        verify(casework, file, whole=True, wage=2_000_000)
    assert refused.value.field == "reason"
    verify(casework, file, whole=True, wage=2_000_000, reason="工资流水少算了三个月的停工")
    with casework.sessions() as session:
        rows = list(session.exec(select(Verification).order_by(Verification.version)))
    assert [row.sheet["wage"] for row in rows] == [3_080_000, 2_000_000]
    assert [row.reason for row in rows] == [None, "工资流水少算了三个月的停工"]


def test_nothing_is_changed_after_the_decision(casework, file):
    verify(casework, file, whole=True)
    with casework.sessions.begin() as session:
        taken = files.take(session, file.id)
        taken.state = S.ANNOUNCE
    for command, form in (
        (commands.verify, visit(casework, file, whole=True, reason="错")),
        (commands.choose_category, CategoryForm(category="MARGINAL", reason="错")),
        (commands.add_member, MemberForm(name="新人", relationship="孙子", born=day(1))),
    ):
        with pytest.raises(Conflict, match="已经审定"):
            casework.do(command, file.id, form, actor=TOWNSHIP_CLERK, on=day(20))


def test_a_departments_value_stands_beside_the_declared_one_with_the_difference(casework, file):
    verify(casework, file, whole=True)
    form = DepartmentValuesForm(provider="人力资源和社会保障局", on=day(20), wage=3_500_000)
    casework.do(commands.record_department_values, file.id, form, actor=OFFICE, on=day(20))
    found = income(casework, file)
    figure = found.statement.figures[IncomeLine.WAGE]
    assert (figure.declared, figure.department, figure.difference) == (
        3_080_000,
        3_500_000,
        420_000,
    )
    assert figure.amount == 3_080_000  # declared, until somebody says which counts
    assert found.open == (IncomeLine.WAGE,)  # with the other the household is above the line
    assert "工资性收入以谁的金额为准" in lacking(casework, file)
    verify(casework, file, whole=True, wage_source="DEPARTMENT", today=day(20))
    assert income(casework, file).statement.net == 3_500_000
    with pytest.raises(Forbidden):
        casework.do(commands.record_department_values, file.id, form, actor=CLERK, on=day(20))


def test_members_whom_the_register_does_not_know_share_too(casework, file):
    form = MemberForm(name="小女", relationship="女儿", born=day(1, 3).replace(year=2019))
    member = casework.do(commands.add_member, file.id, form, actor=CLERK, on=day(19))
    assert "小女" in keys(casework, file)
    with pytest.raises(Refused, match="请填写小女的就学情况"):  # she is seven
        verify(casework, file, whole=True)
    told = [f"{keys(casework, file)[name]}:IN_SCHOOL" for name in ("长子1", "小女")]
    verify(casework, file, whole=True, schooling=told)
    assert income(casework, file).statement.size == 5
    casework.do(commands.remove_member, file.id, member.id, actor=CLERK, on=day(19))
    assert "小女" not in keys(casework, file)
    with pytest.raises(Conflict):
        casework.do(commands.remove_member, file.id, member.id, actor=CLERK, on=day(19))


def test_a_child_that_is_entered_later_has_to_be_answered_for(casework, file):
    verify(casework, file, whole=True)
    choose(casework, file, "SUDDEN_HARDSHIP")
    form = MemberForm(name="小女", relationship="女儿", born=day(1, 3).replace(year=2019))
    casework.do(commands.add_member, file.id, form, actor=CLERK, on=day(20))
    assert lacking(casework, file) == ["教育"]
    assert [event.complete for event in casework.said(HouseholdVerified)] == [False, True, False]


def test_the_day_is_corrected_while_the_same_rules_hold(casework, file):
    verify(casework, file, whole=True)
    verify(casework, file, whole=True, on=day(18), reason="写错了一天")
    assert casework.files()[0].pinned_on == day(18)


def test_a_visit_before_its_step_or_by_others_is_refused(casework: Casework):
    file = family(casework)
    with pytest.raises(Conflict):
        verify(casework, file)  # the consent comes first
    consents_form = ConsentForm(
        covered=[keys(casework, file)["户主1"]], method="HANDWRITTEN", on=day(19)
    )
    casework.do(consents.sign_consent, file.id, consents_form, actor=CLERK, on=day(19))
    for actor in (OTHER_CLERK, OFFICE):
        with pytest.raises(Forbidden):
            verify(casework, file, actor=actor)
    verify(casework, file, actor=CLERK)


def test_the_networks_own_visit_before_the_countys_decision_is_the_verification(casework):
    """The case was found on the 15th, visited by two on the 16th, decided on the 18th."""
    opened, verified = casework.case(1, day(18))
    family_file_events = opened.model_copy(update={"on": day(15)})
    casework.hear(family_file_events, verified)
    (file,) = casework.files()
    key = keys(casework, file)["户主1"]
    form = ConsentForm(covered=[key], method="HANDWRITTEN", on=day(16))
    casework.do(consents.sign_consent, file.id, form, actor=CLERK, on=day(18))
    verify(casework, file, on=day(16), today=day(18))
    (stored,) = casework.files()
    assert (stored.state, stored.pinned_on) == (S.ASSESS, day(16))
    assert stored.assess_due == day(21)  # no clock of a step begins before it came to it
