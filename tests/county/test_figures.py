"""Every figure is one function: page, sheet, bulletin and agenda of the same day say the same, and
what was lived says so too, over random months.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from backstop.services import service_named
from kit.documents import Table
from schemas.codes import CaseDecision, Content, Role, Timeliness
from schemas.event import Event
from schemas.unit import UnitExempted, UnitExpected, UnitListMissed, UnitMonthOpened
from schemas.village import (
    GroupExpected,
    GroupReportMissed,
    GroupReportWithdrawn,
    ListMissed,
    ReporterExempted,
    TownshipMissed,
    VillageMonthOpened,
)
from services.county.agenda import queries as agenda_queries
from services.county.bulletin import documents
from services.county.bulletin import queries as bulletin_queries
from services.county.cases.models import Case
from services.county.figures import Figures
from services.county.meetings.models import LineKind, Meeting
from services.county.months.queries import pack_of_month, plan_of_month
from services.county.proposed_names.queries import names_to_propose
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind as Kind
from services.county.reporters.models import ReporterMonth
from services.county.reporters.views import tier_out
from services.county.statistics.queries import cases as case_figures
from services.county.statistics.queries.reporting import reported
from services.county.tasks.queries import glance
from services.village.months import queries as village_months
from services.village.months.models import ReporterMonth as VillageReporterMonth
from services.village.months.rules import Reporter as VillageReporter
from tests.conftest import actor
from tests.county.personas import (
    COUNTY,
    MONTH,
    TOWNSHIP,
    VILLAGE,
    County,
    day,
    group_report,
    unit_list,
    unit_signed,
)
from tests.county.personas import signed as township_signed
from tests.county.personas import submitted as village_list

AS_OF = date(2026, 10, 7)  # the bulletin of September is drafted as this day ends
LATER = AS_OF + timedelta(2)
CLERK = actor(Role.COUNTY_CLERK)
TOWNSHIPS = {"990121100000": 4, "990121200000": 3}  # code -> villages
VILLAGES = {
    f"{township[:9]}{300 + number}": township
    for township, count in TOWNSHIPS.items()
    for number in range(count)
}
UNITS = ("U011", "U012", "U013")
DUES = {Kind.GROUP: day(17), Kind.VILLAGE: day(20), Kind.TOWNSHIP: day(30), Kind.UNIT: day(25)}
OFTEN = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a month takes too long to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Lived:
    """What one reporter did: when, and whether it declared nil."""

    kind: Kind
    code: str
    came: date | None
    nil: bool
    exempt: date | None
    changes: bool = False  # after the cut-off: a group takes its report back, a village has more

    @property
    def owed(self) -> bool:
        return self.exempt is None

    @property
    def timeliness(self) -> Timeliness:
        if self.came is None:
            return Timeliness.MISSING  # all are due before the cut-off
        return Timeliness.ON_TIME if self.came <= DUES[self.kind] else Timeliness.LATE


def live(rng: random.Random) -> list[Lived]:
    """A month of groups, villages, townships and units; who falls silent, is late, or exempt."""

    def one(kind: Kind, code: str) -> Lived:
        due = DUES[kind]
        came = rng.choice([None, due - timedelta(2), due, due + timedelta(1), due + timedelta(3)])
        exempt = rng.choice([None, None, None, day(12)])
        return Lived(kind, code, came, rng.random() < 0.6, exempt, rng.random() < 0.3)

    return [
        *(one(Kind.GROUP, f"{village}/01") for village in VILLAGES),
        *(one(Kind.VILLAGE, village) for village in VILLAGES),
        *(one(Kind.TOWNSHIP, township) for township in TOWNSHIPS),
        *(one(Kind.UNIT, unit) for unit in UNITS),
    ]


def told(county: County, lived: list[Lived]) -> Iterator[Event]:
    """The month as its events tell it, in the order of the tiers."""
    yield VillageMonthOpened(
        county=COUNTY,
        month=MONTH,
        group_due=DUES[Kind.GROUP],
        village_due=DUES[Kind.VILLAGE],
        township_due=DUES[Kind.TOWNSHIP],
        groups=tuple(GroupExpected(village=village, group="01") for village in VILLAGES),
        villages=tuple(VILLAGES),
        townships=tuple(TOWNSHIPS),
    )
    yield UnitMonthOpened(
        county=COUNTY,
        month=MONTH,
        units=tuple(UnitExpected(unit=unit, households=8) for unit in UNITS),
        visit_due=day(20),
        report_due=DUES[Kind.UNIT],
    )
    for reporter in lived:
        yield from TELL[reporter.kind](county, reporter, lived)


def _group(county: County, group: Lived, lived: list[Lived]) -> Iterator[Event]:
    village = group.code.partition("/")[0]
    if group.exempt:
        yield ReporterExempted(
            division=village, group="01", month=MONTH, reason="搬迁", on=group.exempt
        )
    if group.came:
        report = group_report(nil=group.nil, on=group.came, village=village)
        yield report.model_copy(update={"late": group.timeliness is Timeliness.LATE})
        if group.changes:
            yield GroupReportWithdrawn(village=village, group="01", month=MONTH, on=LATER)
    else:
        yield GroupReportMissed(village=village, group="01", month=MONTH, due=DUES[Kind.GROUP])


def _village(county: County, village: Lived, lived: list[Lived]) -> Iterator[Event]:
    township = VILLAGES[village.code]
    if village.exempt:
        yield ReporterExempted(division=village.code, month=MONTH, reason="撤并", on=village.exempt)
    if village.came:
        findings = () if village.nil else (county.finding(1, village=village.code),)
        sent = village_list(*findings, nil=village.nil, on=village.came, village=village.code)
        yield sent.model_copy(update={"township": township})
        if village.changes:
            more = county.finding(2, village=village.code)
            sent = village_list(more, on=LATER, village=village.code, supplement=1)
            yield sent.model_copy(update={"township": township})
    else:
        yield ListMissed(
            village=village.code, township=township, month=MONTH, due=DUES[Kind.VILLAGE]
        )


def _township(county: County, township: Lived, lived: list[Lived]) -> Iterator[Event]:
    below = [row for row in lived if VILLAGES.get(row.code) == township.code]
    if township.exempt:
        yield ReporterExempted(
            division=township.code, month=MONTH, reason="撤并", on=township.exempt
        )
    if township.came:
        signature = township_signed(
            on=township.came,
            late=township.timeliness is Timeliness.LATE,
            villages=tuple(row.code for row in below if row.came),
            missing=tuple(row.code for row in below if not row.came),
        )
        yield signature.model_copy(update={"township": township.code})
    else:
        yield TownshipMissed(township=township.code, month=MONTH, due=DUES[Kind.TOWNSHIP])


def _unit(county: County, unit: Lived, lived: list[Lived]) -> Iterator[Event]:
    counts = {"required": 8, "contacted": 5, "unreached": 2}
    if unit.exempt:
        yield UnitExempted(unit=unit.code, month=MONTH, reason="撤销", on=unit.exempt)
    if unit.came:
        yield unit_list(nil=unit.nil, on=unit.came, unit=unit.code)
        signature = unit_signed(nil=unit.nil, on=unit.came, unit=unit.code, **counts)
        yield signature.model_copy(update={"late": unit.timeliness is Timeliness.LATE})
    else:
        yield UnitListMissed(unit=unit.code, month=MONTH, due=DUES[Kind.UNIT], **counts)


TELL = {Kind.GROUP: _group, Kind.VILLAGE: _village, Kind.TOWNSHIP: _township, Kind.UNIT: _unit}


def expected(lived: list[Lived], kind: Kind) -> dict[str, int]:
    """The tier's figures from what was lived: an independent count."""
    rows = [row for row in lived if row.kind is kind]
    owed = [row for row in rows if row.owed]
    states = Counter(row.timeliness for row in owed)
    return {
        "expected": len(rows),
        "exempt": len(rows) - len(owed),
        "on_time": states[Timeliness.ON_TIME],
        "late": states[Timeliness.LATE],
        "missing": states[Timeliness.MISSING],
        "waiting": states[Timeliness.WAITING],
        "nil": sum(bool(row.came) and declared_nil(row, lived) for row in owed),
    }


def found(lived: list[Lived]) -> int:
    """By the villages' lists, up to the cut-off."""
    came = [row for row in lived if row.kind is Kind.VILLAGE and row.came]
    return sum(row.owed and not row.nil for row in came)


def declared_nil(row: Lived, lived: list[Lived]) -> bool:
    """A township has declared nil when each village that had to declare has done so (F-02)."""
    if row.kind is not Kind.TOWNSHIP:
        return row.nil
    below = [village for village in lived if VILLAGES.get(village.code) == row.code]
    owed = [village for village in below if village.owed]
    return bool(owed) and all(village.came and village.nil for village in owed)


@pytest.fixture
def month(county_sessions) -> Callable[[random.Random], tuple[Session, list[Lived]]]:
    """`month(rng)`: a session in which a random September was heard; nothing of it is kept."""
    handlers = service_named("county").handlers
    county = County(county_sessions, handlers)
    opened: list[Session] = []

    def hear(rng: random.Random) -> tuple[Session, list[Lived]]:
        while opened:
            opened.pop().close()
        session, lived = county_sessions(), live(rng)
        opened.append(session)
        handlers.handle(session, [county._record(event) for event in told(county, lived)])
        return session, lived

    yield hear
    while opened:
        opened.pop().close()


def figures_of(session: Session) -> Figures:
    plan = plan_of_month(session, MONTH)
    assert plan.bulletin_on - timedelta(1) == AS_OF
    return bulletin_queries.figures(session, plan, pack_of_month(session, MONTH))


def agenda_text(session: Session) -> str:
    """The agenda's report of the three tiers."""
    meeting = Meeting(
        month=MONTH,
        on=date(2026, 10, 12),
        notice_on=AS_OF,
        place="",
        chair="",
        drafted_on=AS_OF,
        refreshed_on=AS_OF,
        pack=pack_of_month(session, MONTH).ref,
    )
    (line,) = (
        proposal
        for proposal in agenda_queries.proposals(session, meeting, AS_OF)
        if proposal.kind is LineKind.TIERS
    )
    return line.text


def sheet_rows(tables: list[Table], title: str) -> dict[str, dict[str, object]]:
    """The first cell of each row → its cells by their headers."""
    (table,) = (table for table in tables if table.title.endswith(title))
    return {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.rows}


HEADS = {
    "expected": "应报",
    "exempt": "免报",
    "on_time": "按时",
    "late": "迟报",
    "missing": "未报",
    "waiting": "未到期",
    "nil": "零报告",
}


@OFTEN
@given(st.randoms(use_true_random=False))
def test_who_reported_is_the_same_on_page_sheet_bulletin_and_agenda(month, rng):
    session, lived = month(rng)
    all_say_the_same(session, lived)
    townships_follow_their_villages(session, lived)  # F-02
    the_late_and_the_missing_are_named(session, lived)
    the_villages_own_page_counts_alike(session, lived)


def all_say_the_same(session: Session, lived: list[Lived]) -> None:
    figures = figures_of(session)
    sheet = sheet_rows(documents._tables(figures, ""), "三级监测网络")
    agenda = agenda_text(session)
    seen = reporters_queries.month_status(session, MONTH, CLERK, AS_OF)
    page = {tier.kind: tier.figures for tier in seen}
    program = {tier.kind: tier_out(tier) for tier in seen}
    bulletin = {Kind(row.kind): row for row in figures.tiers.summary}
    for kind in DUES:
        counted = expected(lived, kind)
        for answer in (page[kind], program[kind], bulletin[kind]):
            assert {name: getattr(answer, name) for name in counted} == counted
            rate = answer.on_time_rate
            assert (rate.part, rate.whole) == (
                counted["on_time"],
                counted["on_time"] + counted["late"] + counted["missing"],
            )
        row = sheet[kind.label]
        assert {name: row[HEADS[name]] for name in counted} == counted
        assert row["按时率分母"] == bulletin[kind].on_time_rate.whole
        said = re.search(rf"(?:^|；){kind.label}(应报[^；]+)", agenda)[1]
        assert said == "、".join(f"{HEADS[name]}{number}" for name, number in counted.items())
    assert bulletin[Kind.VILLAGE].findings == page[Kind.VILLAGE].findings == found(lived)
    assert sheet["村"]["发现线索"] == found(lived)
    assert glance(session, seen, AS_OF).missing == sum(
        expected(lived, kind)["missing"] for kind in DUES
    )


def townships_follow_their_villages(session: Session, lived: list[Lived]) -> None:
    seen = reporters_queries.month_status(session, MONTH, CLERK, AS_OF)
    lines = {line.row.code: line.shown for tier in seen for line in tier.lines}
    for township in figures_of(session).tiers.townships:
        (row,) = (one for one in lived if one.code == township.code)
        below = [one for one in lived if VILLAGES.get(one.code) == township.code and one.owed]
        silent = sum(one.came is None for one in below)
        if row.came is None:
            label, content = "", None
        elif any(one.came and not one.nil for one in below):
            label, content = "有情况", Content.FINDINGS
        elif silent or not below:
            label, content = f"{len(below)}个村中{silent}个村没有报", None
        else:
            label, content = "零报告", Content.NIL
        assert (township.own.content_label, township.own.content) == (label, content)
        assert lines[township.code].content_label == label
        assert lines[township.code].content is content


def the_late_and_the_missing_are_named(session: Session, lived: list[Lived]) -> None:
    named = Counter(
        (name.kind.value, name.timeliness.value)
        for name in names_to_propose(session, MONTH, AS_OF)
        if name.kind.value in {kind.value for kind in DUES}
    )
    for kind in DUES:
        counted = expected(lived, kind)
        assert named[kind.value, "late"] == counted["late"]
        assert named[kind.value, "missing"] == counted["missing"]


def test_contacts_are_summed_from_what_each_unit_told(month):
    session, _ = month(random.Random(7))
    figures = figures_of(session).tiers
    assert figures.visits.required == sum(unit.required for unit in figures.units) == 24
    assert figures.visits.contact_rate.percent == "62.50%"
    assert f"应联系{figures.visits.required}户、已联系15户、未联系上6户" in agenda_text(session)
    sheet = sheet_rows(documents._tables(figures_of(session), ""), "帮扶单位")
    assert sum(row["已联系户"] for row in sheet.values()) == figures.visits.contacted


def case(number: int, decision: CaseDecision, **more) -> Case:
    fields = {"opened_on": day(12), "verify_due": day(15), "month": MONTH, "pack": "p"}
    return Case(
        number=f"c{number}",
        village=VILLAGE,
        township=TOWNSHIP,
        decision=decision,
        **(fields | {"household": f"h{number}"} | more),
    )


def test_cases_are_taken_apart_without_a_rest(county_sessions):
    """Verified, not qualified, sent back and open make what was taken up."""
    with county_sessions() as session:
        session.add_all(
            [
                case(1, CaseDecision.VERIFIED, decided_on=day(14)),
                case(2, CaseDecision.NOT_QUALIFIED, decided_on=day(18), closed_on=day(18)),
                case(3, CaseDecision.RECHECK, decided_on=day(14)),
                case(4, CaseDecision.OPEN),
                case(5, CaseDecision.VERIFIED, decided_on=AS_OF + timedelta(1)),
                case(6, CaseDecision.OPEN, opened_on=AS_OF + timedelta(1)),
            ]
        )
        session.flush()
        figures, agenda = figures_of(session), agenda_text(session)
        cases = figures.tiers.cases
        assert (cases.opened, cases.verified, cases.not_qualified, cases.recheck) == (5, 1, 1, 1)
        assert cases.opened == cases.verified + cases.not_qualified + cases.recheck + cases.open
        assert cases.verify_overdue == 3  # decided late, not decided, decided after the cut-off
        assert next(row.late for row in figures.office if row.code == "cases") == 3
        assert case_figures.undecided_now(session, AS_OF) == cases.open == 2  # 4, and 5 on that day
        assert (
            f"县级核实5户：符合条件1户、不符合条件1户、退回复核1户、尚未核实{cases.open}户"
            in agenda
        )


@OFTEN
@given(st.randoms(use_true_random=False))
def test_f_07_a_household_is_counted_once_whatever_cases_it_has_had(month, rng):
    """Households of one to three cases, all but the last of them closed."""
    session, _ = month(rng)
    states: list[CaseDecision] = []
    late = number = 0
    for household in range(rng.randint(0, 6)):
        own = [a_case(rng, f"h{household}", number + n) for n in range(rng.randint(1, 3))]
        number += len(own)
        for row in own[:-1]:
            row.closed_on = AS_OF
        session.add_all(own)
        states.append(min((row.decision for row in own), key=SETTLED.index))
        late += any((row.decided_on or AS_OF) > row.verify_due for row in own)
    session.flush()
    figures = figures_of(session).tiers.cases
    counted = Counter(states)
    assert figures.opened == len(states)
    assert [figures.open, figures.recheck, figures.verified, figures.not_qualified] == [
        counted[state] for state in SETTLED
    ]
    assert figures.verify_overdue == late
    assert f"县级核实{len(states)}户：" in agenda_text(session)
    assert f"超过核实时限{late}户" in agenda_text(session)


SETTLED = (
    CaseDecision.OPEN,
    CaseDecision.RECHECK,
    CaseDecision.VERIFIED,
    CaseDecision.NOT_QUALIFIED,
)


def a_case(rng: random.Random, household: str, number: int) -> Case:
    decision = rng.choice(SETTLED)
    decided = None if decision is CaseDecision.OPEN else day(rng.randint(13, 18))
    return case(number, decision, household=household, decided_on=decided)


def the_villages_own_page_counts_alike(session: Session, lived: list[Lived]) -> None:
    """Services import nothing of one another, so each has this function once."""
    seen = reporters_queries.month_status(session, MONTH, CLERK, AS_OF)
    county_figures = {tier.kind.value: tier.figures for tier in seen}
    for kind in VillageReporter:
        rows = [row for row in lived if row.kind.value == kind.value]
        there = village_months.reported(at_village(row, kind) for row in rows)
        here = county_figures[kind.value]
        assert (there.expected, there.exempt) == (here.expected, here.exempt)
        assert {state: getattr(here, state.value) for state in Timeliness} == there.by_state


def at_village(lived: Lived, kind: VillageReporter) -> VillageReporterMonth:
    """The same reporter's row at the village."""
    return VillageReporterMonth(
        month=MONTH,
        kind=kind,
        code=lived.code,
        division=lived.code.partition("/")[0],
        due=DUES[lived.kind],
        timeliness=lived.timeliness,
        received_on=lived.came,
        exempt_on=lived.exempt,
    )


STATES = (None, "came", "exempt")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(STATES), st.integers(1, 28), st.integers(1, 28)), max_size=30
    ),
    st.integers(1, 28),
)
def test_f_07_expected_is_on_time_late_missing_waiting_and_exempt(rows, on):
    """On any day of the month; and a rate has no denominator before anything came or is due."""
    figures = reported([a_reporter(*row) for row in rows], day(on))
    parts = figures.on_time, figures.late, figures.missing
    assert figures.expected == sum(parts) + figures.waiting + figures.exempt == len(rows)
    rate = figures.on_time_rate
    assert (rate.part, rate.whole) == (figures.on_time, sum(parts))
    assert (rate.percent == "—") == (sum(parts) == 0)


def a_reporter(state: str | None, due: int, came: int) -> ReporterMonth:
    row = ReporterMonth(month=MONTH, kind=Kind.VILLAGE, code=VILLAGE, due=day(due))
    if state == "exempt":
        row.exempt_reason, row.exempt_on = "撤并", day(1)
    elif state:
        late = came > due
        row.timeliness = Timeliness.LATE if late else Timeliness.ON_TIME
        row.reported_on = day(came)
    return row
