"""F-13: whose an unmatched finding is, a person says after a search, and may take it back."""

import pytest
from sqlmodel import select

from kit.errors import Conflict, NotFound, Refused
from kit.seal import seal
from rulebook.names import plain_name
from schemas.codes import CaseDecision, Role
from schemas.county import CaseJoined, CaseNotQualified, CaseOpened
from schemas.unit import UnitNamed
from schemas.values import FindingWords, Verdict
from schemas.village import RecheckAnswered
from services.county.answers.forms import AnswerForm
from services.county.cases import commands
from services.county.cases.models import Case, Source
from services.county.cases.rules import WhyNot
from services.county.register import queries as register_queries
from services.county.register.models import Household
from services.county.statistics.queries import cases as case_figures
from services.county.verification import commands as verification
from tests.conftest import actor, at
from tests.county.personas import (
    COUNTY,
    MONTH,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    agreed,
    day,
    open_tasks,
    signed,
    submitted,
    unit_list,
    unit_signed,
)
from tests.county.test_intake import the_case
from tests.county.test_verification import CLERK, SCHOOL, verify, visited


@pytest.fixture
def stranger(county) -> str:
    """A unit's finding of somebody who is in no register, called as household 2 is in part."""
    with county.sessions.begin() as session:
        session.get(Household, "h2").head_name = "冯兰金"
    finding = county.finding(300, household_id="u-300", on_register=False, hashed=False)
    county.hear(unit_list(finding), unit_signed(*agreed(finding)))
    with county.sessions.begin() as session:
        session.get(Source, finding.finding).head_name = "冯兰"
    return finding.finding


def source(county, finding: str) -> Source:
    with county.sessions() as session:
        return session.get(Source, finding)


def attach(county, finding: str, on=day(26), **whose) -> Case:
    return county.do(commands.attach_source, finding, actor=CLERK, on=on, **whose)


def detach(county, finding: str, on=day(26)) -> Source:
    return county.do(commands.detach_source, finding, actor=CLERK, on=on)


def rechecked(county, case: Case) -> RecheckAnswered:
    """The township has looked again."""
    with county.sessions() as session:
        sealed = seal(session, FindingWords(head_name="", note="看错了户"))
    return RecheckAnswered(
        case=case.id, township=TOWNSHIP, on=day(30), still_at_risk=True, sealed=sealed
    )


def queue(county) -> list[str]:
    with county.sessions() as session:
        tasks = open_tasks(session, CLERK, day(30))
        return [thing for task in tasks if task.kind == "match" for thing in task.objects]


@pytest.mark.parametrize(
    "name",
    [
        "迪里·买买提",
        "迪里•买买提",
        "迪里・买买提",
        "迪里．买买提",
        "迪里.买买提",
        "迪里‧买买提",
        "迪里∙买买提",
    ],
)
def test_f_27_every_dot_and_addition_of_a_name_is_compared_alike(county, name):
    with county.sessions.begin() as session:
        session.get(Household, "h3").head_name = name
    assert plain_name(name + "（户主）") == "迪里买买提"
    with county.sessions() as session:
        for q in ("迪里·买买提", "里买", "迪里买买提（户主）"):
            (home,) = session.exec(register_queries.households(session, q)).all()
            assert home.id == "h3"
        assert session.exec(register_queries.households(session, "%")).all() == []


def test_f_13_the_register_is_searched_by_part_of_a_name_number_id_and_village(county, stranger):
    with county.sessions() as session:

        def ids(q: str, village: str | None = None) -> list[str]:
            rows = session.exec(register_queries.households(session, q, village))
            return [home.id for home in rows]

        assert ids("兰") == ids("H0002") == ids(county.id_number(2)) == ids("冯兰金") == ["h2"]
        assert ids(county.id_number(502)) == ["h2"], "a member's"
        assert ids("户主", OTHER_VILLAGE) == ["h5", "h6"]
        alike = register_queries.alike(session, VILLAGE, "冯兰")
        assert [home.id for home in alike] == ["h2"]


def test_f_13_a_finding_is_joined_to_a_household_of_the_register(county, stranger):
    with pytest.raises(Refused, match="农户名册里没有这一户"):
        attach(county, stranger, household="nobody")
    case = attach(county, stranger, household="h2", reason="系统里是冯兰金")
    assert (case.household, source(county, stranger).household) == ("h2", "h2")
    assert queue(county) == []


def test_f_13_a_new_household_needs_a_reason_and_nothing_is_chosen_beforehand(
    county, client, clock, stranger
):
    clock.set(at(2026, 9, 26))
    for reason in (None, " "):
        with pytest.raises(Refused, match="为什么认定是新的一户"):
            attach(county, stranger, reason=reason)
    office = client("county", CLERK)
    page = office.get("/county/unmatched", params={"q": "户主3"}).text
    for choice in ("household:h2", "household:h3", "new"):
        assert f'value="{choice}"' in page
    assert " checked" not in page
    back = {"referer": "http://testserver/county/unmatched"}
    path = f"/county/sources/{stranger}/attachment"
    refused = office.post(path, data={"target": "new"}, headers=back)
    assert refused.status_code == 422
    assert "为什么认定是新的一户" in refused.text
    done = office.post(path, data={"target": "new", "reason": "外县迁入"})
    assert done.headers["location"].startswith(f"/county/cases/{the_case(county).id}")
    page = office.get(f"/county/cases/{the_case(county).id}").text
    assert "是这一户：外县迁入" in page
    assert "撤回归并" in page


def test_f_13_what_was_joined_is_taken_back_until_the_decision(county, stranger):
    own = county.finding(2)
    county.hear(submitted(own), signed(*agreed(own)))
    case = attach(county, stranger, household="h2")
    assert case.id == the_case(county).id
    told = county.said(CaseJoined)[-1]
    assert (told.joined, set(told.findings)) == (stranger, {own.finding, stranger})
    detach(county, stranger)
    told = county.said(CaseJoined)[-1]
    assert (told.joined, told.findings) == (None, (own.finding,))
    assert queue(county) == [f"case_source:{stranger}"]
    assert source(county, stranger).household == "u-300"
    assert the_case(county).decision == CaseDecision.OPEN
    attach(county, stranger, household="h2")
    visited(county, the_case(county))
    verify(county, the_case(county), SCHOOL)
    with pytest.raises(Conflict, match="已经作出决定"):
        detach(county, stranger, on=day(30))
    with pytest.raises(Conflict, match="不是人工确认的"):
        detach(county, own.finding, on=day(30))
    with pytest.raises(NotFound):
        detach(county, "nowhere")


def test_f_13_a_case_that_only_this_finding_opened_ends_with_it(county, stranger):
    case = attach(county, stranger, household="h2")
    detach(county, stranger)
    ended = the_case(county)
    assert (ended.decision, ended.closed_on) == (CaseDecision.VOID, day(26))
    (told,) = county.said(CaseNotQualified)
    assert (told.findings, told.reason) == ((stranger,), "归并有误，已撤回，正在重新确认")
    assert told.void, "nothing was decided"
    again = attach(county, stranger, reason="外县迁入")
    assert again.number != case.number
    assert county.said(CaseOpened)[-1].case == again.id
    with county.sessions() as session:
        undecided = session.exec(select(Case).where(Case.closed_on == None)).all()  # noqa: E711
        assert [row.id for row in undecided] == [again.id]
        titles = [task.title for task in open_tasks(session, CLERK, day(26))]
        figures = case_figures.cases(session, MONTH, day(30))
    assert sum("入户核实" in title for title in titles) == 1
    assert (figures.opened, figures.open) == (1, 1), "what was taken back is counted nowhere"


def test_f_13_a_wrong_joining_seen_after_a_recheck_or_reopening_is_taken_back(county, stranger):
    """What counts is that no decision stands, not that there was one."""
    own = county.finding(2)
    county.hear(submitted(own), signed(*agreed(own)))
    case = attach(county, stranger, household="h2")
    visited(county, case)
    sent = {"question": "请再看一次收入情况", "actor": CLERK, "on": day(29)}
    county.do(verification.send_back, case.id, **sent)
    with pytest.raises(Conflict):
        detach(county, stranger, on=day(29))
    county.hear(rechecked(county, case))
    assert detach(county, stranger, on=day(30)).case is None
    attach(county, stranger, household="h2", on=day(30))
    answers = [
        AnswerForm(finding=finding, why_not=WhyNot.UNTRUE) for finding in (own.finding, stranger)
    ]
    turned = {"reason": "反映情况不实", "answers_to": answers, "actor": CLERK, "on": day(30)}
    county.do(verification.turn_down, case.id, **turned)
    with pytest.raises(Conflict, match="已经作出决定"):
        detach(county, stranger, on=day(30))
    county.do(verification.reopen_decision, case.id, reason="认错了户", actor=CLERK, on=day(30))
    assert detach(county, stranger, on=day(30)).unmatched


@pytest.mark.parametrize("sent_back", [False, True])
def test_f_13_a_case_whose_last_source_is_struck_out_is_void(county, stranger, sent_back):
    case = attach(county, stranger, household="h2")
    own = county.finding(2)
    county.hear(unit_list(own))
    detach(county, stranger)
    assert the_case(county).decision == CaseDecision.OPEN, "the unit's head may still sign"
    visited(county, case)
    if sent_back:
        sent = {"question": "请再看一次收入情况", "actor": CLERK, "on": day(29)}
        county.do(verification.send_back, case.id, **sent)
    struck = Verdict(finding=own.finding, agreed=False, reason="情况不实")
    county.hear(unit_signed(struck, on=day(29)))
    ended = the_case(county)
    assert (ended.decision, ended.closed_on) == (CaseDecision.VOID, day(29))
    (told,) = county.said(CaseNotQualified)
    assert (told.void, told.findings) == (True, (own.finding,))
    assert told.reason == "归并撤回以后，余下的来源没有同意上报"
    with pytest.raises(Conflict, match="归并已经撤回"):
        verify(county, case)
    with county.sessions() as session:
        titles = [task.title for task in open_tasks(session, CLERK, day(30, 10))]
    assert not [title for title in titles if "入户核实" in title]


def test_f_13_a_case_left_with_an_unsigned_source_alone_is_not_decided(
    county, client, clock, stranger
):
    """Refused with whom it waits for; signed, it is decided as ever."""
    case = attach(county, stranger, household="h2")
    own = county.finding(2)
    county.hear(unit_list(own))
    detach(county, stranger)
    visited(county, case)
    why = "帮扶单位（单位1）2026年9月24日，由单位1的帮扶单位主要领导签发"
    with pytest.raises(Conflict, match=f"余下的来源还没有签发，不能作决定：{why}。"):
        verify(county, case, SCHOOL)
    turned = {"reason": "反映情况不实", "actor": CLERK, "on": day(30)}
    with pytest.raises(Conflict, match="还没有签发"):
        county.do(verification.turn_down, case.id, **turned)
    clock.set(at(2026, 9, 30))
    office = client("county", CLERK)
    assert f"签发以后才能作决定：{why}。" in office.get(f"/county/cases/{case.id}").text
    county.hear(unit_signed(*agreed(own), on=day(30)))
    assert "签发以后才能作决定" not in office.get(f"/county/cases/{case.id}").text
    verify(county, case, SCHOOL)
    assert the_case(county).decision == CaseDecision.VERIFIED


def test_f_13_who_signs_for_a_unit_that_ended_is_named(county, stranger):
    case = attach(county, stranger, household="h2")
    own = county.finding(2)
    county.hear(unit_list(own))
    detach(county, stranger)
    visited(county, case)
    for into, signer in (("U002", "由单位2的帮扶单位主要领导签发"), (COUNTY, "由县领导签发")):
        county.hear(UnitNamed(unit="U001", name="单位1", last_month=MONTH, successor=into))
        with pytest.raises(Conflict, match=signer):
            verify(county, case, SCHOOL)


def test_f_13_a_case_that_keeps_only_what_was_struck_out_ends_with_the_detaching(county, stranger):
    attach(county, stranger, household="h2")
    own = county.finding(2)
    struck = Verdict(finding=own.finding, agreed=False, reason="情况不实")
    county.hear(unit_list(own), unit_signed(struck))
    assert the_case(county).decision == CaseDecision.OPEN
    detach(county, stranger)
    assert the_case(county).decision == CaseDecision.VOID


def test_f_13_only_the_office_takes_back(county, client, clock, stranger):
    clock.set(at(2026, 9, 26))
    attach(county, stranger, household="h2")
    leader = client("county", actor(Role.COUNTY_LEADER))
    path = f"/county/api/sources/{stranger}/detachment"
    assert leader.post(path).status_code == 403
    assert client("county", CLERK).post(path).status_code == 200
    office = client("county", CLERK)
    assert office.post(f"/county/sources/{stranger}/detachment").status_code == 409


def test_t_10_who_says_late_whose_a_finding_is_moves_no_limit(county, stranger):
    """It came on 25 September, and is joined to its household on 20 October."""
    came = source(county, stranger).at_county_on
    case = attach(county, stranger, on=day(20, 10), household="h2")
    assert (case.opened_on, case.month) == (day(20, 10), MONTH)
    assert came < case.verify_due < day(20, 10), "three working days from its coming"
    assert overdue(county, day(20, 10)) == 1


def test_t_10_a_limit_that_is_older_than_the_case_says_where_it_runs_from(
    county, client, clock, stranger
):
    case = attach(county, stranger, on=day(20, 10), household="h2")
    clock.set(at(2026, 10, 20))
    page = client("county", CLERK).get(f"/county/cases/{case.id}").text
    assert "<p>2026年9月25日报到县里，期限从这天算起；2026年10月20日登记，请在" in page


def overdue(county, on) -> int:
    with county.sessions() as session:
        return case_figures.decided_late(session, MONTH, on)
