"""A figure is that of its cut-off, whenever it is counted: what came later had not come yet (F-07)."""

from datetime import date, timedelta

import pytest

from schemas.codes import Content, RiskCause, Tier, Timeliness
from schemas.dispatch import HelpCompleted
from schemas.values import Verdict
from schemas.village import GroupReportWithdrawn, ReporterExempted
from services.county.answers import commands as answers_commands
from services.county.answers.forms import LateAnswerForm
from services.county.bulletin import documents
from services.county.cases.rules import WhyNot
from services.county.figures import Cases, Figures, Tiers
from services.county.proposed_names.queries import names_to_propose
from services.county.statistics.queries.cases import cases as cases_of_month
from services.county.statistics.queries.cases import undecided_late
from services.county.statistics.queries.reporting import tiers
from tests.county.personas import (
    MONTH,
    TOWNSHIP,
    VILLAGE,
    agreed,
    day,
    group_report,
    signed,
    submitted,
    unit_list,
    unit_signed,
    visit,
)
from tests.county.test_figures import AS_OF, agenda_text, figures_of, sheet_rows
from tests.county.test_sources_answered import case, late_finding
from tests.county.test_verification import CLERK, verify

__all__ = ["case"]
LATER = AS_OF + timedelta(2)  # the bulletin's draft is made then


def counted(county, as_of: date) -> Tiers:
    with county.sessions() as session:
        return tiers(session, MONTH, as_of)


def drafted(county) -> Figures:
    """As the bulletin counts them, whatever has come since."""
    with county.sessions() as session:
        return figures_of(session)


def of_village(figures: Tiers) -> tuple[int, int, int]:
    """Nil, with findings, how many findings of the villages."""
    (row,) = (row for row in figures.summary if row.kind == "VILLAGE")
    return row.nil, row.on_time + row.late - row.nil, row.findings


def test_f_07_a_supplement_after_the_cut_off_is_counted_from_its_day_on(county):
    county.hear(submitted(nil=True), signed(villages=(VILLAGE,)))
    more = county.finding(1)
    county.hear(submitted(more, on=LATER, supplement=1))
    bulletin = drafted(county)
    assert of_village(bulletin.tiers) == (1, 0, 0)
    assert of_village(counted(county, LATER)) == (0, 1, 1)
    (told,) = (row for row in bulletin.tiers.sources if row.tier == Tier.VILLAGE)
    assert (told.reported, bulletin.quality.reporters) == (0, [])
    sheet = sheet_rows(documents._tables(bulletin, ""), "三级监测网络")["村"]
    assert (sheet["零报告"], sheet["发现线索"]) == (1, 0)
    with county.sessions() as session:
        assert "村应报2、免报0、按时1、迟报0、未报1、未到期0、零报告1" in agenda_text(session)


def test_f_02_a_townships_content_is_that_of_its_villages_at_the_cut_off(county):
    exempt = ReporterExempted(division="990121100203", month=MONTH, reason="撤并", on=day(2))
    county.hear(exempt, submitted(nil=True), signed(villages=(VILLAGE,)))
    county.hear(submitted(county.finding(1), on=LATER, supplement=1))
    for as_of, content in ((AS_OF, Content.NIL), (LATER, Content.FINDINGS)):
        own = {row.code: row.own for row in counted(county, as_of).townships}[TOWNSHIP]
        assert own.content is content


def test_f_07_a_report_taken_back_after_the_cut_off_stood_on_its_day(county):
    taken_back = GroupReportWithdrawn(village=VILLAGE, group="01", month=MONTH, on=LATER)
    county.hear(group_report(on=day(15)), taken_back)
    for as_of, on_time, nil in ((AS_OF, 1, 1), (LATER, 0, 0)):
        (row,) = (row for row in counted(county, as_of).summary if row.kind == "GROUP")
        assert (row.on_time, row.nil) == (on_time, nil)
    with county.sessions() as session:
        named = [name.code for name in names_to_propose(session, MONTH, AS_OF)]
    assert f"{VILLAGE}/01" not in named


def test_f_07_who_was_exempt_at_the_cut_off_is_so_in_its_bulletin(county):
    exemption = ReporterExempted(division=VILLAGE, month=MONTH, reason="撤并", on=day(12))
    lifted = exemption.model_copy(update={"on": LATER, "lifted": True})
    county.hear(exemption, lifted)
    for as_of, exempt, missing in ((AS_OF, 1, 1), (LATER, 0, 2)):
        (row,) = (row for row in counted(county, as_of).summary if row.kind == "VILLAGE")
        assert (row.exempt, row.missing, row.expected) == (exempt, missing, 2)


def test_f_02_villages_that_a_later_signature_named_are_not_counted_before_it(county):
    county.hear(signed(on=LATER, missing=("990121100203",)))
    for as_of, missing, state in ((AS_OF, 0, Timeliness.MISSING), (LATER, 1, Timeliness.ON_TIME)):
        row = {row.code: row for row in counted(county, as_of).townships}[TOWNSHIP]
        assert (row.named_missing, row.own.timeliness) == (missing, state)


def test_f_07_what_was_struck_out_or_signed_later_was_only_listed_at_the_cut_off(county):
    first, second = county.finding(1), county.finding(2)
    struck = Verdict(finding=second.finding, agreed=False, reason="情况不实")
    county.hear(unit_list(first, second), unit_signed(*agreed(first), struck, on=LATER))
    for as_of, at_county, struck_out in ((AS_OF, 0, 0), (LATER, 1, 1)):
        (row,) = (row for row in counted(county, as_of).sources if row.tier == Tier.UNIT)
        assert (row.reported, row.at_county, row.struck_out) == (2, at_county, struck_out)


def of_cases(county, as_of: date, month: str = MONTH) -> Cases:
    with county.sessions() as session:
        return cases_of_month(session, month, as_of)


BEFORE, LATE, CLOSED = day(9, 10), day(12, 10), day(16, 10)  # the limit ends on 10 October


def test_f_07_a_source_without_an_answer_is_open_before_its_case_is_closed_and_after(county, case):
    """It came on 30 September, when its household's case was decided; on 16 October the case was closed
    and handed it to a new one.
    """
    verify(county, case)
    assert (of_cases(county, AS_OF).verified, of_cases(county, AS_OF).open) == (1, 0)
    late_finding(county)
    days = (AS_OF, BEFORE, LATE)
    before = [of_cases(county, as_of) for as_of in days]
    assert [(row.opened, row.open, row.verify_overdue) for row in before] == [
        (1, 1, 0),
        (1, 1, 0),
        (1, 1, 1),
    ]
    with county.sessions() as session:
        assert undecided_late(session, MONTH, LATE) == 1
        assert "县级核实1户：符合条件0户、不符合条件0户、退回复核0户、尚未核实1户" in agenda_text(
            session
        )
    county.hear(HelpCompleted(case=case.id, household="h1", on=CLOSED))
    assert [of_cases(county, as_of) for as_of in days] == before
    assert of_cases(county, CLOSED) == before[-1]
    assert drafted(county).tiers.cases == before[0]


def test_f_07_a_source_that_was_answered_counts_as_decided_from_that_day_on(county, case):
    verify(county, case)
    finding = late_finding(county)
    form = LateAnswerForm(why_not=WhyNot.UNTRUE)
    county.do(answers_commands.answer_source, finding, form, actor=CLERK, on=LATE)
    for as_of, still_open, late in ((AS_OF, 1, 0), (LATE, 0, 1), (CLOSED, 0, 1)):
        figures = of_cases(county, as_of)
        assert (figures.opened, figures.open, figures.verified) == (1, still_open, 1 - still_open)
        assert figures.verify_overdue == late, "what was late is late for good"
    county.hear(HelpCompleted(case=case.id, household="h1", on=CLOSED))
    assert of_cases(county, CLOSED).verified == 1


@pytest.mark.parametrize("is_closed", [False, True])
def test_f_07_a_household_belongs_to_the_month_in_which_its_later_finding_came(
    county, case, is_closed
):
    """Of a case of September it comes in October."""
    verify(county, case)
    finding = county.finding(1, causes=[RiskCause.DISABILITY])
    october = {"month": "2026-10"}
    county.hear(
        unit_list(finding, on=day(12, 10)).model_copy(update=october),
        unit_signed(*agreed(finding), on=day(12, 10)).model_copy(update=october),
    )
    if is_closed:
        county.hear(HelpCompleted(case=case.id, household="h1", on=CLOSED))
    for as_of in (day(12, 10), CLOSED):
        figures = of_cases(county, as_of, "2026-10")
        assert (figures.opened, figures.open) == (1, 1)
        assert of_cases(county, as_of).verified == 1
    assert of_cases(county, day(11, 10), "2026-10").opened == 0


def test_f_06_who_was_accused_after_the_cut_off_stands_in_no_figure_of_it(county):
    county.hear(submitted(nil=True), visit(1, on=LATER, at_risk=True, since=day(5)))
    assert counted(county, AS_OF).candidates.raised == 0
    assert counted(county, LATER).candidates.raised == 1
