"""Three channels, one case a household, every source kept."""

import pytest
from sqlmodel import select

from kit.errors import Conflict, NotFound
from schemas.codes import RiskCause, Role, Severity, Tier
from schemas.county import CaseOpened
from schemas.values import Verdict
from schemas.village import UrgentFindingSigned
from services.county.cases import commands as cases_commands
from services.county.cases import queries
from services.county.cases.models import Case, Source
from services.county.verification import commands as verification_commands
from services.county.verification.forms import VisitForm
from tests.conftest import actor
from tests.county.personas import (
    MONTH,
    SEEN,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    signed,
    submitted,
    unit_list,
    unit_signed,
)


def the_case(county) -> Case:
    with county.sessions() as session:
        return session.exec(select(Case)).one()


def sources(county, case: Case | None = None) -> list[Source]:
    with county.sessions() as session:
        return queries.sources(session, case.id) if case else list(session.exec(select(Source)))


def test_a_listed_finding_is_known_and_opens_no_case(county):
    county.hear(submitted(county.finding(1)))
    assert [(one.stage, one.case, one.matched_by) for one in sources(county)] == [
        ("submitted", None, "id_number")
    ]
    assert county.said(CaseOpened) == []


def test_f_51_a_number_that_was_printed_stays_and_the_months_numbers_go_on_after_it(county):
    printed, later = county.finding(1), county.finding(2)
    county.hear(submitted(printed), signed(*agreed(printed), on=day(28)))
    with county.sessions.begin() as session:
        session.exec(select(Case)).one().number = "AJ-990121-202609-0007"
    county.hear(submitted(later), signed(*agreed(later), on=day(28)))
    with county.sessions() as session:
        numbers = set(session.exec(select(Case.number)))
    assert numbers == {"AJ-990121-202609-0007", "XS-990121-202609-0008"}


def test_a_signed_finding_opens_one_case_and_three_working_days_run(county):
    """T-10 from the signature: 28 September to 8 October, over the holiday of 1 to 7 October."""
    finding = county.finding(1)
    county.hear(submitted(finding))
    county.hear(signed(*agreed(finding), on=day(28)))
    case = the_case(county)
    assert case.number == "XS-990121-202609-0001"  # 线索, F-51
    assert case.verify_due == day(8, 10)
    assert [(event.case, event.findings, event.tiers) for event in county.said(CaseOpened)] == [
        (case.id, (finding.finding,), (Tier.VILLAGE,))
    ]


def test_a_signature_that_overtakes_its_list_is_kept(county):
    """Lists and signatures have different keys: no order between them is promised."""
    yes, no = county.finding(1), county.finding(2)
    county.hear(signed(*agreed(yes), Verdict(finding=no.finding, agreed=False, reason="情况不实")))
    county.hear(submitted(yes, no))
    assert the_case(county).household == "h1"
    stages = {one.household: one.stage for one in sources(county)}
    assert stages == {"h1": "at_county", "h2": "struck_out"}


def test_gt_17_the_same_household_from_three_tiers_is_one_case_with_three_sources(county):
    """GT-17, N-13."""
    three_tiers(county)
    case = the_case(county)
    found = sources(county, case)
    assert {Tier(one.tier) for one in found} == set(Tier)
    assert {one.stage for one in found} == {"at_county"}
    assert {one.household for one in found} == {"h1"}
    assert len(county.said(CaseOpened)) == 1


def three_tiers(
    county, causes=(RiskCause.EDUCATION, RiskCause.ILLNESS, RiskCause.NATURAL_DISASTER)
):
    """Household 1: the village by the head's number, the unit by a child's, supervision by the
    head's.
    """
    from kit.actor import Actor
    from schemas.codes import Role
    from schemas.values import Receipt
    from services.county.months import commands as months_commands
    from services.county.organisation import commands as organisation_commands
    from services.county.supervision import commands as supervision_commands
    from services.county.supervision.forms import FindingForm

    village = county.finding(1, causes=causes[:1])
    unit = county.finding(501, causes=causes[1:2], household_id="h1", since=day(5))
    county.hear(submitted(village))
    county.hear(unit_list(unit))
    county.hear(unit_signed(*agreed(unit)))
    clerk = Actor("c", "经办人", Role.COUNTY_CLERK, "990121000000")
    team = a_team("D1", "第一督导组", "组长", "河湾镇")
    county.do(organisation_commands.enter_teams, [team], actor=clerk)
    county.do(months_commands.open_month, MONTH, on=day(1))
    draft = FindingForm(
        village=VILLAGE,
        head_name="户主1",
        causes=causes[2:],
        problem="情况属实",
        advice="建议纳入",
        id_number=county.id_number(1),
    )
    county.do(
        supervision_commands.report_supervision,
        "D1",
        MONTH,
        nil=False,
        receipt=Receipt(on=day(24)),
        actor=Actor("s", "组长", Role.SUPERVISOR, "D1"),
        on=day(24),
        findings=[draft],
    )
    county.hear(signed(*agreed(village)))


def test_gt_24_an_urgent_finding_is_at_the_county_the_same_day_and_not_doubled(county):
    """GT-24: 2 September with one signature; the list of the 20th shows it as already reported."""
    urgent = county.finding(1, severity=Severity.URGENT)
    county.hear(
        UrgentFindingSigned(
            village=VILLAGE, township=TOWNSHIP, month=MONTH, signed_on=day(2), finding=urgent
        )
    )
    case = the_case(county)
    assert (case.opened_on, case.urgent, case.verify_due) == (day(2), True, day(7))
    again = urgent.model_copy(update={"already_reported": True})
    county.hear(submitted(again, on=day(20)))
    county.hear(signed(*agreed(again)))
    assert [(one.stage, one.already_reported) for one in sources(county)] == [("at_county", True)]
    assert the_case(county).verify_due == day(7)
    assert len(county.said(CaseOpened)) == 1


def test_gt_24_also_when_the_list_gives_it_another_number(county):
    urgent = county.finding(1, severity=Severity.URGENT)
    county.hear(
        UrgentFindingSigned(
            village=VILLAGE, township=TOWNSHIP, month=MONTH, signed_on=day(2), finding=urgent
        )
    )
    listed = county.finding(1, severity=Severity.URGENT, already_reported=True)
    county.hear(submitted(listed, on=day(20)))
    assert len(sources(county)) == 1


def test_gt_26_a_finding_struck_out_by_the_township_is_visible_with_its_reason(county):
    """GT-26 at the county."""
    out, kept = county.finding(1), county.finding(2)
    county.hear(submitted(out, kept))
    county.hear(
        signed(
            Verdict(finding=out.finding, agreed=False, reason="乡镇不同意上报：已享受低保"),
            *agreed(kept),
        )
    )
    found = {one.household: one for one in sources(county)}
    assert found["h1"].stage == "struck_out"
    assert found["h1"].struck_out == "乡镇不同意上报：已享受低保"
    assert the_case(county).household == "h2"


def test_a_line_struck_out_by_the_village_stays_struck_out(county):
    out = county.finding(1, struck_out="村委会：情况不实")
    county.hear(submitted(out, county.finding(2)))
    county.hear(signed(*agreed(out)))
    assert {one.household: one.stage for one in sources(county)} == {
        "h1": "struck_out",
        "h2": "submitted",
    }


def test_somebody_in_no_register_is_left_for_a_person(county):
    """A unit's finding that matches nobody; it finds its case by itself once the household is
    registered.
    """
    stranger = county.finding(300, household_id="u-300", on_register=False)
    county.hear(unit_list(stranger))
    county.hear(unit_signed(*agreed(stranger)))
    assert [one.unmatched for one in sources(county)] == [True]
    assert county.said(CaseOpened) == []
    county.hear(county.household(300, on_register=False))
    assert [(one.unmatched, one.household) for one in sources(county)] == [(False, "h300")]
    assert the_case(county).household == "h300"


def test_a_finding_of_a_later_month_joins_the_open_case(county):
    first, later = county.finding(1), county.finding(1)
    county.hear(submitted(first), signed(*agreed(first)))
    county.hear(submitted(later, on=day(18, 10), month="2026-10"))
    county.hear(signed(*agreed(later), on=day(28, 10), month="2026-10"))
    assert len(sources(county, the_case(county))) == 2


def test_two_signatures_at_the_same_moment_open_one_case(county):
    """Village and unit come from different topics, perhaps to different workers."""
    from concurrent.futures import ThreadPoolExecutor

    village, unit = county.finding(1), county.finding(1)
    county.hear(submitted(village), unit_list(unit))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(county.hear, (signed(*agreed(village)), unit_signed(*agreed(unit)))))
    assert len(sources(county, the_case(county))) == 2
    assert len(county.said(CaseOpened)) == 1


def test_a_source_is_attached_once(county):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    case, attach = the_case(county), cases_commands.attach_source
    with pytest.raises(NotFound, match="没有这条来源"):
        county.do(attach, "nowhere", case=case.id, actor=actor(Role.COUNTY_CLERK), on=day(30))
    with pytest.raises(Conflict, match="已经归入一户"):
        county.do(attach, finding.finding, case=case.id, actor=actor(Role.COUNTY_CLERK), on=day(30))


def test_a_source_joins_no_case_that_is_closed(county):
    finding, stranger = county.finding(1), county.finding(300, household_id="u", on_register=False)
    county.hear(submitted(finding), signed(*agreed(finding)))
    county.hear(unit_list(stranger), unit_signed(*agreed(stranger)))
    case, office = the_case(county), actor(Role.COUNTY_CLERK)
    visited = VisitForm(on=day(29), visitors="林经办", **SEEN)
    county.do(verification_commands.record_visit, case.id, visited, actor=office, on=day(29))
    reason = "不在监测范围"
    county.do(verification_commands.turn_down, case.id, reason=reason, actor=office, on=day(29))
    with pytest.raises(Conflict, match="这条风险线索已经办结"):
        county.do(
            cases_commands.attach_source, stranger.finding, case=case.id, actor=office, on=day(30)
        )
    assert [one.finding for one in sources(county) if one.unmatched] == [stranger.finding]


def test_f_04_one_person_under_two_numbers_is_one_case(county):
    """Case 03: from before the register refused a second entry; each channel names another one."""
    twin = county.household(1, VILLAGE)
    county.hear(twin.model_copy(update={"household": "h1-again"}))
    first, second = county.finding(1), county.finding(1, household_id="h1-again")
    county.hear(submitted(first), signed(*agreed(first)))
    county.hear(unit_list(second), unit_signed(*agreed(second)))
    case = the_case(county)
    assert {source.finding for source in sources(county, case)} == {first.finding, second.finding}
