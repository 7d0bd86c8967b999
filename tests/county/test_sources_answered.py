"""A decision answers every source, and one that comes after it waits on the office's list."""

import pytest
from sqlmodel import select

from kit.errors import Conflict, Forbidden, Refused
from schemas.codes import CaseDecision, GapItem, RiskCause, Role, Tier
from schemas.county import CaseJoined, CaseNotQualified, CaseOpened, CaseVerified
from schemas.dispatch import HelpCompleted
from schemas.unit import UnitListSigned
from schemas.village import TownshipSigned
from services.county.answers import commands
from services.county.answers.forms import AnswerForm, LateAnswerForm, NeedForm
from services.county.cases import queries as cases_queries
from services.county.cases.models import Case, NeedRow, Source
from services.county.cases.rules import WhyNot
from services.county.statistics.queries.cases import cases as cases_of_month
from services.county.verification import commands as verification_commands
from tests.conftest import actor, at
from tests.county.personas import (
    agreed,
    body,
    day,
    open_tasks,
    signed,
    submitted,
    unit_list,
    unit_signed,
)
from tests.county.test_intake import sources, the_case, three_tiers
from tests.county.test_verification import CLERK, MEDICAL, SCHOOL, verify, visited


@pytest.fixture
def case(county) -> Case:
    """Household 1 with a source of each tier, visited."""
    three_tiers(county)
    visited(county, the_case(county))
    return the_case(county)


def by_tier(county, case: Case) -> dict[Tier, Source]:
    return {source.tier: source for source in sources(county, case)}


def late_finding(county) -> str:
    """The unit finds household 1 once more, and signs after the decision; the finding's id."""
    finding = county.finding(1, causes=[RiskCause.DISABILITY])
    county.hear(unit_list(finding, on=day(30)), unit_signed(*agreed(finding), on=day(30)))
    return finding.finding


def waiting(county, who=CLERK, on=day(30)) -> list[str]:
    with county.sessions() as session:
        return [
            thing
            for task in open_tasks(session, who, on)
            if task.kind == "answer"
            for thing in task.objects
        ]


def test_f_05_a_decision_that_leaves_a_source_out_is_refused_and_names_it(county, case):
    told = by_tier(county, case)
    two = [
        AnswerForm(finding=told[Tier.VILLAGE].finding, need=2),
        AnswerForm(finding=told[Tier.UNIT].finding, need=1),
    ]
    for answers in ([], two):
        with pytest.raises(Refused, match=r"还有来源没有答复.*县级督导（第一督导组）2026年9月24日"):
            verify(county, case, MEDICAL, SCHOOL, answers_to=answers)
    assert (the_case(county).decision, county.said(CaseVerified)) == (CaseDecision.OPEN, [])


def test_f_05_each_source_reads_its_answer_and_the_event_tells_it(county, case):
    told = by_tier(county, case)
    answers = [
        AnswerForm(finding=told[Tier.VILLAGE].finding, need=2),
        AnswerForm(finding=told[Tier.UNIT].finding, need=1),
        AnswerForm(finding=told[Tier.COUNTY].finding, why_not=WhyNot.SETTLED),
    ]
    verify(county, case, MEDICAL, SCHOOL, answers_to=answers)
    (event,) = county.said(CaseVerified)
    assert {answer.finding: (answer.need, answer.why_not) for answer in event.answers} == {
        told[Tier.VILLAGE].finding: (event.needs[1].need, None),
        told[Tier.UNIT].finding: (event.needs[0].need, None),
        told[Tier.COUNTY].finding: (None, "已享受政策、风险已化解"),
    }
    after = by_tier(county, case)[Tier.COUNTY]
    assert (after.answered_on, after.why_not) == (day(30), WhyNot.SETTLED)


def test_f_05_an_answer_names_a_need_of_the_decision_and_a_source_of_the_case(county, case):
    told = by_tier(county, case)
    every = [AnswerForm(finding=source.finding, need=1) for source in told.values()]
    with pytest.raises(Refused, match="只有1项缺口"):
        verify(county, case, answers_to=[*every[:2], every[2].model_copy(update={"need": 2})])
    with pytest.raises(Refused, match="不属于这条线索的来源"):
        verify(county, case, answers_to=[*every, AnswerForm(finding="other", need=1)])


def test_f_05_not_qualified_every_source_of_several_has_its_own_reason(county, case):
    turn_down = verification_commands.turn_down
    more = {"reason": "不在监测范围", "actor": CLERK, "on": day(30)}
    with pytest.raises(Refused, match=r"还有来源没有答复：.*县级督导"):
        county.do(turn_down, case.id, **more)
    answers = [
        AnswerForm(finding=source.finding, why_not=WhyNot.NO_RISK)
        for source in sources(county, case)
    ]
    by_need = [AnswerForm(finding=answers[0].finding, need=1), *answers[1:]]
    with pytest.raises(Refused, match="不能写由缺口解决"):
        county.do(turn_down, case.id, answers_to=by_need, **more)
    county.do(turn_down, case.id, answers_to=answers, **more)
    (event,) = county.said(CaseNotQualified)
    assert {answer.why_not for answer in event.answers} == {"属实，但不构成返贫致贫风险"}
    reopen = verification_commands.reopen_decision
    county.do(reopen, case.id, reason="补充了票据", actor=CLERK, on=day(30))
    assert {source.answered_on for source in sources(county, case)} == {None}


def test_f_05_a_source_that_comes_after_the_decision_waits_until_it_is_answered(county, case):
    verify(county, case)
    finding = late_finding(county)
    told = county.said(CaseJoined)[-1]
    assert (told.case, told.joined, len(told.findings)) == (case.id, finding, 4)
    assert waiting(county) == [f"case_source:{finding}"]
    with county.sessions() as session:
        (task,) = [task for task in open_tasks(session, CLERK, day(30)) if task.kind == "answer"]
    assert task.due == day(10, 10), "three working days from 30 September (T-10)"
    assert waiting(county, actor(Role.COUNTY_LEADER)) == []
    (need,) = {source.answered_need for source in sources(county, case)} - {None}
    answer = commands.answer_source
    by_need, leader = LateAnswerForm(need=need), actor(Role.COUNTY_LEADER)
    with pytest.raises(Forbidden):
        county.do(answer, finding, by_need, actor=leader, on=day(30))
    for form, sentence in (
        (LateAnswerForm(), "只选一种"),
        (LateAnswerForm(need=need, why_not=WhyNot.UNTRUE), "只选一种"),
        (LateAnswerForm(need="elsewhere"), "没有这项缺口"),
    ):
        with pytest.raises(Refused, match=sentence):
            county.do(answer, finding, form, actor=CLERK, on=day(30))
    county.do(answer, finding, LateAnswerForm(need=need), actor=CLERK, on=day(30))
    assert waiting(county) == []
    event = county.said(CaseVerified)[-1]
    assert (event.needs, len(event.findings)) == ((), 4)
    assert [(told.finding, told.need) for told in event.answers] == [(finding, need)]
    with pytest.raises(Conflict, match="不用再答复"):
        county.do(answer, finding, LateAnswerForm(need=need), actor=CLERK, on=day(30))


def test_f_05_a_late_source_may_need_something_of_its_own(county, case):
    verify(county, case)
    finding = late_finding(county)
    named = LateAnswerForm(new=NeedForm(gap_item=GapItem.JOB, question="请给户主1找工作。"))
    with pytest.raises(Refused, match="不要写姓名"):
        county.do(commands.answer_source, finding, named, actor=CLERK, on=day(30))
    new = NeedForm(gap_item=GapItem.JOB, question="请介绍岗位。")
    county.do(commands.answer_source, finding, LateAnswerForm(new=new), actor=CLERK, on=day(30))
    event = county.said(CaseVerified)[-1]
    assert [need.gap_item for need in event.needs] == [GapItem.JOB]
    with county.sessions() as session:
        rows = session.exec(select(NeedRow)).all()
        assert len(rows) == 2
        assert session.get(Source, finding).answered_need == event.needs[0].need


def test_f_05_help_that_ends_before_the_answer_makes_it_a_new_case(county, case):
    verify(county, case)
    finding = late_finding(county)
    county.hear(HelpCompleted(case=case.id, household="h1", on=day(16, 10)))
    assert waiting(county) == []
    with county.sessions() as session:
        first, second = session.exec(select(Case).order_by(Case.number)).all()
        assert session.get(Source, finding).case == second.id
    assert (first.closed_on, second.decision, second.previous) == (
        day(16, 10),
        CaseDecision.OPEN,
        case.id,
    )
    assert county.said(CaseOpened)[-1].findings == (finding,)


def unsigned(county, tier: Tier, **more) -> tuple[str, TownshipSigned | UnitListSigned]:
    """A list that names household 1 and has no signature yet: the finding, and the signature."""
    finding = county.finding(1, causes=[RiskCause.DISABILITY], **more)
    if tier is Tier.UNIT:
        county.hear(unit_list(finding, on=day(30)))
        return finding.finding, unit_signed(*agreed(finding), on=day(20, 10))
    county.hear(submitted(finding, on=day(30), supplement=1))
    return finding.finding, signed(*agreed(finding), on=day(20, 10), supplement=1)


def cases(county) -> list[Case]:
    with county.sessions() as session:
        return list(session.exec(select(Case).order_by(Case.number)))


@pytest.mark.parametrize("tier", [Tier.UNIT, Tier.VILLAGE])
def test_f_05_a_finding_signed_after_its_case_was_closed_is_taken_into_the_new_case(
    county, case, tier
):
    verify(county, case)
    finding, signature = unsigned(county, tier)
    other, _ = unsigned(county, Tier.UNIT)
    county.hear(HelpCompleted(case=case.id, household="h1", on=day(16, 10)))
    assert len(cases(county)) == 1, "nothing has come to the county yet"
    county.hear(signature)
    first, second = cases(county)
    assert second.previous == first.id
    assert {source.finding for source in sources(county, second)} == {finding, other}
    assert len(sources(county, first)) == 3, "no source stands in two cases"
    assert set(county.said(CaseOpened)[-1].findings) == {finding, other}
    assert waiting(county, on=day(20, 10)) == []
    form = LateAnswerForm(why_not=WhyNot.UNTRUE)
    with pytest.raises(Conflict, match="不用再答复"):
        county.do(commands.answer_source, finding, form, actor=CLERK, on=day(20, 10))
    with county.sessions() as session:
        titles = [task.title for task in open_tasks(session, CLERK, day(20, 10))]
    assert [title for title in titles if "入户核实" in title] == [
        f"入户核实 {second.number} 石桥村"
    ]


@pytest.mark.parametrize("tier", [Tier.UNIT, Tier.VILLAGE])
def test_f_05_what_a_decision_answered_before_its_head_signed_opens_no_new_case(county, case, tier):
    finding, signature = unsigned(county, tier)
    answers = [
        AnswerForm(finding=source.finding, why_not=WhyNot.NO_RISK)
        for source in sources(county, case)
    ]
    turn_down = verification_commands.turn_down
    more = {"reason": "不在监测范围", "answers_to": answers, "actor": CLERK, "on": day(30)}
    county.do(turn_down, case.id, **more)
    county.hear(signature)
    assert [row.id for row in cases(county)] == [case.id]
    (source,) = [row for row in sources(county, case) if row.finding == finding]
    assert (source.at_county_on, source.why_not) == (day(20, 10), WhyNot.NO_RISK)
    assert finding in county.said(CaseNotQualified)[-1].findings, "its finder reads the answer"


def test_f_07_a_source_that_nobody_answered_is_late_from_the_day_on_which_its_limit_passed(
    county, client, clock, case
):
    """It came on 30 September, to be answered by 10 October; the last order was closed on the 16th."""
    verify(county, case)
    finding = late_finding(county)
    with county.sessions() as session:
        (task,) = [
            task for task in open_tasks(session, CLERK, day(16, 10)) if task.kind == "answer"
        ]
    assert "请在最后一件交办单办结前答复" in task.note
    county.hear(HelpCompleted(case=case.id, household="h1", on=day(16, 10)))
    with county.sessions() as session:
        old, new = session.exec(select(Case).order_by(Case.number)).all()
        assert (new.number, new.month) == ("XS-990121-202610-0001", "2026-09")
        assert (new.opened_on, new.verify_due) == (day(16, 10), day(10, 10))
        figures = cases_of_month(session, "2026-09", day(16, 10))
        assert (figures.opened, figures.open, figures.verify_overdue) == (1, 1, 1)
        assert cases_of_month(session, "2026-10", day(16, 10)).opened == 0
        told = [(line.on, line.what) for line in cases_queries.timeline(session, new.id)]
        assert told[-1] == (
            day(16, 10),
            f"帮扶单位（单位1）2026年9月30日到县的来源，办结时还没有答复，从{old.number}转来",
        )
        assert (day(30), "帮扶单位（单位1）上报：因残") in told, (
            "what came before stands on its day"
        )
        (left,) = [
            line.what
            for line in cases_queries.timeline(session, old.id)
            if line.what.endswith(f"转入{new.number}")
        ]
        assert left.startswith("帮扶单位（单位1）2026年9月30日到县的来源")
        assert session.get(Source, finding).case == new.id
    clock.set(at(2026, 10, 16))
    page = client("county", CLERK).get(f"/county/cases/{old.id}").text
    assert f'下一条线索 <a href="/county/cases/{new.id}">{new.number}</a>' in page


def test_f_08_all_that_was_left_unanswered_goes_to_one_new_case(county, case):
    """Of whatever month: the new case is told with all of them."""
    verify(county, case)
    first = late_finding(county)
    later = county.finding(1)
    october = {"month": "2026-10"}
    county.hear(
        unit_list(later, on=day(14, 10)).model_copy(update=october),
        unit_signed(*agreed(later), on=day(14, 10)).model_copy(update=october),
    )
    county.hear(HelpCompleted(case=case.id, household="h1", on=day(16, 10)))
    assert set(county.said(CaseOpened)[-1].findings) == {first, later.finding}
    with county.sessions() as session:
        (new,) = session.exec(select(Case).where(Case.previous == case.id))
    assert (new.month, new.verify_due) == ("2026-09", day(10, 10)), "since the first came"


def test_f_05_one_source_and_one_need_answer_each_other(county):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    visited(county, the_case(county))
    verify(county, the_case(county), answers_to=())
    (source,) = sources(county, the_case(county))
    assert source.answered_need == county.said(CaseVerified)[0].needs[0].need


def test_f_05_the_page_asks_a_line_a_source_and_answers_a_late_one(county, client, clock, case):
    clock.set(at(2026, 9, 30))
    office = client("county", CLERK)
    where = f"/county/cases/{case.id}"
    page = office.get(where).text
    told = by_tier(county, case)
    assert page.count('name="answers"') == 6, "three to verify, three to turn down"
    assert not any(f'value="{source.finding}:1" selected' in page for source in told.values()), (
        "with several sources nothing is chosen beforehand"
    )
    form = {
        "decision": "verified",
        "primary_cause": "ILLNESS",
        "gap_1": "",
        "gap_2": "MEDICAL_COST",
        "question_2": "请落实救助。",
        "answers": [f"{told[Tier.VILLAGE].finding}:2", f"{told[Tier.UNIT].finding}:untrue"],
    }
    back = {"referer": f"http://testserver{where}"}
    refused = office.post(f"{where}/decision", data=form, headers=back)
    assert refused.status_code == 422
    assert "还有来源没有答复：县级督导（第一督导组）" in refused.text
    assert f'value="{told[Tier.UNIT].finding}:untrue" selected' in refused.text
    form["answers"] = [*form["answers"], f"{told[Tier.COUNTY].finding}:2"]
    assert office.post(f"{where}/decision", data=form, headers=back).status_code == 303
    assert "由“医疗费用”解决" in office.get(where).text
    finding = late_finding(county)
    assert "决定以后到的，还没有答复" in office.get(where).text
    data = {"answer": "new", "gap_item": "", "question": ""}
    path = f"/county/sources/{finding}/answer"
    assert office.post(path, data=data, headers=back).status_code == 422
    assert office.post(path, data={"answer": "untrue"}).status_code == 303
    assert "不办：反映情况不实" in office.get(where).text
    assert "还没有答复" not in office.get(where).text
    team = client("county", actor(Role.SUPERVISOR, "D1"))
    own = [
        s
        for s in body(team.get(f"/county/api/cases/{case.id}"))["sources"]
        if s["tier"] == "COUNTY"
    ]
    assert own[0]["answered_need"]


def test_f_08_a_team_reads_what_became_of_each_finding_until_its_end(county, client, clock, case):
    """Also when the month is over."""
    clock.set(at(2026, 11, 2))
    team = client("county", actor(Role.SUPERVISOR, "D1"))

    def reads(month: str = "2026-11") -> str:
        page = team.get("/county/supervision/D1", params={"month": month}).text
        return page.split("我报的</h2>")[1]

    assert "待核实，2026年9月30日前" in reads()
    verify(county, case)
    assert "已核实，由“医疗费用”解决" in reads()
    county.hear(HelpCompleted(case=case.id, household="h1", on=day(16, 10)))
    assert "户主1" not in reads()
    assert "由“医疗费用”解决，帮扶已全部落实" in reads("2026-09")
