"""A figure is that of its cut-off, whenever it is counted: what came later had not come yet (F-07)."""

from datetime import date, timedelta

import pytest

from schemas.codes import Content, OrderState, RiskCause, Tier, Timeliness
from schemas.dispatch import (
    HelpCompleted,
    OrderClosed,
    OrderIssued,
    OrderReopened,
    OrderReturnRefused,
)
from schemas.unit import UnitExpected, UnitListMissed, UnitMonthOpened
from schemas.values import Verdict
from schemas.village import GroupReportWithdrawn, ReporterExempted
from services.county.answers import commands as answers_commands
from services.county.answers.forms import AnswerForm, LateAnswerForm
from services.county.bulletin import documents
from services.county.cases.rules import WhyNot
from services.county.figures import Cases, Dispatch, Figures, Tiers
from services.county.orders.rules import Flag
from services.county.proposed_names.queries import names_to_propose
from services.county.service import book
from services.county.statistics.queries.cases import cases as cases_of_month
from services.county.statistics.queries.cases import undecided_late, undecided_now
from services.county.statistics.queries.orders import dispatch, late_decisions, overdue_orders
from services.county.statistics.queries.reporting import tiers
from services.county.verification import commands as verification
from tests.conftest import at
from tests.county.orders import order
from tests.county.personas import (
    COUNTY,
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
from tests.county.test_intake import sources
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


def contacts(county, as_of: date) -> tuple[int, int, int]:
    counted_then = counted(county, as_of)
    (unit,) = (row for row in counted_then.units if row.code == "U001")
    figures = counted_then.visits
    assert (figures.required, figures.contacted) == (unit.required, unit.contacted)
    return figures.required, figures.contacted, figures.unreached


def test_f_07_who_was_contacted_after_the_cut_off_had_not_been_contacted_by_then(county):
    """The unit missed its day, one household was exempted since, and its head signed after the cut-off."""
    units = (UnitExpected(unit="U001", households=6),)
    opened = UnitMonthOpened(
        county=COUNTY, month=MONTH, units=units, visit_due=day(20), report_due=day(25)
    )
    counts = {"required": 6, "contacted": 3, "unreached": 2}
    missed = UnitListMissed(unit="U001", month=MONTH, due=day(25), **counts)
    late = unit_signed(nil=True, on=LATER, required=5, contacted=5, unreached=0)
    county.hear(opened, missed, unit_list(nil=True, on=LATER), late)
    days = (day(24), day(25), AS_OF, LATER)
    expected = [(6, 0, 0), (6, 3, 2), (6, 3, 2), (5, 5, 0)]
    assert [contacts(county, as_of) for as_of in days] == expected
    bulletin = drafted(county)
    assert bulletin.tiers.visits.contact_rate.percent == "50.00%"
    sheet = sheet_rows(documents._tables(bulletin, ""), "帮扶单位")
    assert [row["已联系户"] for row in sheet.values()] == [3]
    with county.sessions() as session:
        assert "应联系6户、已联系3户、未联系上2户" in agenda_text(session)


def test_f_07_a_unit_that_told_before_its_opening_was_heard_counts_as_it_told(county):
    units = (UnitExpected(unit="U001", households=6),)
    opened = UnitMonthOpened(
        county=COUNTY, month=MONTH, units=units, visit_due=day(20), report_due=day(25)
    )
    county.hear(unit_list(nil=True), unit_signed(nil=True, required=5, contacted=5, unreached=0))
    county.hear(opened)
    days = (day(24), day(25))
    assert [contacts(county, as_of) for as_of in days] == [(6, 0, 0), (5, 5, 0)]


TURNED = {"reason": "不在监测范围", "actor": CLERK}


def test_f_07_a_decision_that_was_taken_back_stood_until_then(county, case):
    """Turned down on 6 October, taken back on the 9th, verified on the 12th, too late."""
    decided, taken_back = AS_OF - timedelta(1), LATER
    answers = [
        AnswerForm(finding=source.finding, why_not=WhyNot.UNTRUE)
        for source in sources(county, case)
    ]
    turned = TURNED | {"on": decided, "answers_to": answers}
    county.do(verification.turn_down, case.id, **turned)
    before = of_cases(county, AS_OF)
    assert (before.not_qualified, before.open) == (1, 0)
    county.do(verification.reopen_decision, case.id, reason="认错了户", actor=CLERK, on=taken_back)
    again = of_cases(county, taken_back)
    assert (again.not_qualified, again.open) == (0, 1)
    verify(county, case, on=LATE)
    assert of_cases(county, LATE).verified == 1
    assert of_cases(county, AS_OF) == before
    assert of_cases(county, taken_back) == again
    assert drafted(county).tiers.cases == before
    with county.sessions() as session:
        assert "县级核实1户：符合条件0户、不符合条件1户、退回复核0户、尚未核实0户" in agenda_text(
            session
        )
        assert [undecided_now(session, as_of) for as_of in (AS_OF, taken_back, LATE)] == [0, 1, 0]


def test_f_07_a_case_that_was_sent_back_was_so_until_the_township_answered(county, case):
    question = {"question": "请再次入户核实", "actor": CLERK}
    county.do(verification.send_back, case.id, on=AS_OF, **question)
    before = of_cases(county, AS_OF)
    assert (before.recheck, before.open) == (1, 0)
    verify(county, case, on=LATER)
    assert of_cases(county, AS_OF) == before
    assert of_cases(county, LATER).verified == 1


def test_f_06_a_candidate_stood_until_it_was_withdrawn_and_undecided_until_it_was_decided(county):
    """The village said nil; its finding of the same household came after the cut-off."""
    county.hear(submitted(nil=True), visit(1, on=day(20), at_risk=True, since=day(5)))
    named = submitted(county.finding(1, since=day(5)), on=LATER)
    records = [county._record(named)]
    with county.sessions.begin() as session:
        session.info["now"] = at(2026, 10, LATER.day)
        county.handlers.handle(session, records)
    assert counted(county, AS_OF).candidates.raised == 1
    assert counted(county, LATER).candidates.raised == 0


def orders_of(county, as_of: date) -> Dispatch:
    with county.sessions() as session:
        calendar = book(session).calendar
        return dispatch(session, calendar, day(7), as_of)


def test_f_07_an_order_is_as_it_was_at_the_cut_off_whatever_became_of_it(county):
    """Late at housing on the cut-off day; returned, given to the water department and reopened since."""
    issued = {"first_issued_on": day(8), "accept_due": day(10), "report_due": day(22)}
    dues = {"return_due": day(10), "solve_due": day(30, 10)}
    first = order(1, day(8), OrderState.ISSUED)
    later = order(1, LATER, OrderState.ISSUED, department="water")
    closed = order(2, AS_OF, OrderState.CLOSED, department="housing")
    county.hear(
        OrderIssued(**first, **issued, **dues),
        OrderIssued(**order(2, day(8), OrderState.ISSUED), **issued, **dues),
        OrderClosed(**closed, days=10),
    )
    before = orders_of(county, AS_OF)
    assert [(row.code, row.open, row.closed, row.unreported) for row in before.departments] == [
        ("housing", 1, 1, 1)
    ]
    again = {"accept_due": day(13, 10), "report_due": day(20, 10), "return_due": day(13, 10)}
    county.hear(
        OrderIssued(**later, first_issued_on=day(8), solve_due=day(30, 10), **again),
        OrderReopened(**order(2, LATER, OrderState.UNDER_WAY), solve_due=day(30, 10), reason="x"),
    )
    assert orders_of(county, AS_OF) == before
    after = {row.code: row for row in orders_of(county, LATER).departments}
    assert [(code, row.open, row.closed) for code, row in after.items()] == [
        ("housing", 1, 0),
        ("water", 1, 0),
    ]
    with county.sessions() as session:
        (name,) = (row for row in names_to_propose(session, MONTH, AS_OF) if row.code == "housing")
        assert "o1" in [fact["order"] for fact in name.facts]
        (late, flags), *_ = overdue_orders(session, AS_OF)
        assert (late.department, flags) == ("housing", [Flag.UNREPORTED])
        assert [row.order for row, _ in overdue_orders(session, LATER)] == ["o2"]


def test_f_07_a_return_that_was_decided_late_before_is_not_decided_late_again(county):
    """Late on 8 September, in time on the 30th."""
    base = {"reason": "x", "decided_late": True}
    issued = {"first_issued_on": day(8), "accept_due": day(10), "report_due": day(22)}
    dues = {"return_due": day(10), "solve_due": day(30, 10)}
    county.hear(
        OrderIssued(**order(1, day(8), OrderState.ISSUED), **issued, **dues),
        OrderReturnRefused(**order(1, day(10), OrderState.ISSUED), **base),
        OrderReturnRefused(
            **order(1, day(30), OrderState.ISSUED), **(base | {"decided_late": False})
        ),
    )
    with county.sessions() as session:
        assert late_decisions(session, day(1), AS_OF) == 1
        assert late_decisions(session, day(15), AS_OF) == 0
