"""Who owes what: an independent model in plain Python. It follows what people did and what the
services published, and knows the rules of docs/domain/states.md; it never looks at a list.

What no event tells (a hearing, a proposed name, a line of the agenda, whose a finding is) it takes as
a fact from the row itself (`Facts`).
"""

from collections.abc import Iterator
from datetime import date
from functools import singledispatchmethod
from itertools import chain

from rulebook.calendar import WorkingCalendar
from schemas import casework, county, dispatch, unit, village
from schemas.codes import OrderState
from schemas.event import Event
from tests.people.closings import Closings
from tests.people.county import HOUSEHOLDS, TEAM, UNITS, helper_of, township_of
from tests.people.owners import (
    CONCERNED,
    COUNTY_LEADER,
    DEPARTMENT,
    DEPARTMENT_CLERK,
    HELPER,
    LEADER,
    OFFICE,
    TEAMS,
    TOWNSHIP,
    TOWNSHIP_HEAD,
    TOWNSHIP_OFFICE,
    UNIT,
    UNIT_HEAD,
    VILLAGE,
    Case,
    Facts,
    Finding,
    Order,
    Owner,
    Risk,
    Thing,
)

CONFIRM_DAYS, RECHECK_DAYS = 5, 5  # working days (docs/domain/states.md#order, D-09)


class Model(Closings):
    """The county as it should be."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        super().__init__()
        self.calendar = calendar
        self.helpers = {number: helper_of(number) for number in HOUSEHOLDS}
        self.screenings: set[tuple[str, str]] = set()  # month, group
        self.village_months: set[tuple[str, str]] = set()
        self.township_months: set[tuple[str, str]] = set()
        self.unit_months: set[tuple[str, str]] = set()
        self.team_months: set[tuple[str, str]] = set()
        self.contacts: dict[tuple[str, str], str] = {}  # month, household → unit
        self.sent: set[tuple[str, str]] = set()  # month, village or unit: its list has gone
        self.unsigned: set[tuple[str, str, int]] = set()  # month, village or unit, supplement
        self.nil: set[tuple[str, str, int]] = set()  # of them, a unit's that declare nil
        self.findings: dict[tuple[str, str], Finding] = {}  # month, household
        self.risks: dict[tuple[str, str, str], Risk] = {}  # unit, month, household
        self.reports: set[tuple[str, str]] = set()  # month, group: it has reported
        self.exempt: set[tuple[str, str]] = set()  # month, reporter
        self.ended: set[str] = set()  # months whose bulletin is out
        self.drafts: list[str] = []  # of the team
        self.cases: dict[str, Case] = {}
        self.rechecks: dict[str, tuple[str, date]] = {}  # case → township, asked on
        self.orders: dict[str, Order] = {}
        self.files: dict[str, str] = {}  # identification → village; nobody goes further with one
        self.households: dict[str, str] = {}  # id → number

    # What people did, where no event says so

    def reported(self, month: str, household: str, group: str, *, urgent: bool = False) -> None:
        """A leader reported a household of his group; what is known stands, whoever said it."""
        known = self._finding(month, household, group[:12])
        known.group, known.urgent = group, known.urgent or urgent

    def entered(self, month: str, household: str, village: str, *, urgent: bool = False) -> None:
        """A village entered a household itself, complete: that counts as its review."""
        known = self._finding(month, household, village)
        if not known.by_village:
            known.by_village, known.agreed, known.struck = True, True, False
        known.urgent |= urgent

    def _finding(self, month: str, household: str, village: str) -> Finding:
        """What is taken back and said again begins anew."""
        known = self.findings.get((month, household))
        if known is None or known.withdrawn:
            known = self.findings[month, household] = Finding(village)
        return known

    def noted_risk(self, household: str, month: str, unit: str, *, complete: bool) -> None:
        risk = self.risks.setdefault((unit, month, household), Risk(unit, "draft"))
        if risk.state == "draft" and complete:
            risk.state = "ready"

    def transferred(self, leaves: str, to: str) -> None:
        for household, helper in self.helpers.items():
            if helper == leaves:
                self.helpers[household] = to

    # What the services said

    @singledispatchmethod
    def hear(self, event: Event) -> None:
        """Most events change nobody's list."""

    @hear.register
    def _(self, event: village.VillageMonthOpened) -> None:
        self.screenings |= {(event.month, f"{one.village}/{one.group}") for one in event.groups}
        self.village_months |= {(event.month, code) for code in event.villages}
        self.township_months |= {(event.month, code) for code in event.townships}
        self.team_months.add((event.month, TEAM))

    @hear.register
    def _(self, event: unit.UnitMonthOpened) -> None:
        self.unit_months |= {(event.month, one.unit) for one in event.units}
        units, first = {one.unit for one in event.units}, date.fromisoformat(f"{event.month}-01")
        for household, helper in self.helpers.items():
            if (of := self.unit_of(helper, first)) in units:
                self.contacts[event.month, household] = of

    @hear.register
    def _(self, event: unit.UnitExempted) -> None:
        self.unit_months.discard((event.month, event.unit))

    @hear.register
    def _(self, event: village.GroupReported) -> None:
        self.reports.add((event.month, f"{event.village}/{event.group}"))
        self.screenings.discard((event.month, f"{event.village}/{event.group}"))

    @hear.register
    def _(self, event: village.GroupReportWithdrawn) -> None:
        group = f"{event.village}/{event.group}"
        for (month, _), finding in self.findings.items():
            if month == event.month and finding.group == group:
                finding.group, finding.withdrawn = None, not finding.by_village
        self.reports.discard((event.month, group))
        if event.month not in self.ended and (event.month, group) not in self.exempt:
            self.screenings.add((event.month, group))

    @hear.register
    def _(self, event: village.ReporterExempted) -> None:
        code = f"{event.division}/{event.group}" if event.group else event.division
        self.exempt.add((event.month, code))
        for owed in (self.screenings, self.village_months, self.township_months):
            owed.discard((event.month, code))

    @hear.register
    def _(self, event: village.ListSubmitted) -> None:
        self.village_months.discard((event.month, event.village))
        self._groups_are_done(event.month, event.village)
        self.sent.add((event.month, event.village))
        self.unsigned.add((event.month, event.village, event.supplement))
        for finding in event.findings:
            self.findings[event.month, self._number(finding.household)].sent = True

    @hear.register
    def _(self, event: village.TownshipSigned) -> None:
        self.township_months.discard((event.month, event.township))
        signed = {
            key for key in self.unsigned if key[0] == event.month and key[1] in event.villages
        }
        self.unsigned -= signed
        for (month, _), finding in self.findings.items():
            if month == event.month and finding.village in event.villages and finding.sent:
                finding.over = True

    @hear.register
    def _(self, event: village.UrgentFindingSigned) -> None:
        self.findings[event.month, self._number(event.finding.household)].over = True

    @hear.register
    def _(self, event: unit.VisitRecorded) -> None:
        if event.reached:
            self.contacts.pop((event.month, self._number(event.household)), None)

    @hear.register
    def _(self, event: unit.UnitListSubmitted) -> None:
        self.unit_months.discard((event.month, event.unit))
        self._contacts_are_done(event.month, event.unit)
        self.sent.add((event.month, event.unit))
        self.unsigned.add((event.month, event.unit, event.supplement))
        if event.nil:
            self.nil.add((event.month, event.unit, event.supplement))
        for finding in event.findings:
            self.risks[event.unit, event.month, self._number(finding.household)].state = "sent"

    @hear.register
    def _(self, event: unit.UnitListSigned) -> None:
        self.unsigned.discard((event.month, event.unit, event.supplement))
        self.nil.discard((event.month, event.unit, event.supplement))
        for (code, month, _), risk in self.risks.items():
            if (code, month) == (event.unit, event.month) and risk.state == "sent":
                risk.state = "over"

    @hear.register
    def _(self, event: county.SupervisionReported) -> None:
        self.team_months.discard((event.month, event.team))
        reported = {finding.finding for finding in event.findings}
        self.drafts = [id for id in self.drafts if id not in reported]

    @hear.register
    def _(self, event: county.CaseOpened) -> None:
        self.cases[event.case] = Case("open", self._number(event.household))

    @hear.register
    def _(self, event: county.CaseReopened) -> None:
        self.cases[event.case] = Case("open", self._number(event.household))

    @hear.register
    def _(self, event: county.CaseSentBack) -> None:
        self.cases[event.case].state = "recheck"
        self.rechecks[event.case] = event.township, event.on

    @hear.register
    def _(self, event: village.RecheckAnswered) -> None:
        self.cases[event.case].state = "open"
        self.rechecks.pop(event.case, None)

    @hear.register(county.CaseVerified)
    @hear.register(county.CaseNotQualified)
    def _(self, event: county.CaseVerified | county.CaseNotQualified) -> None:
        self.cases.pop(event.case, None)
        self.rechecks.pop(event.case, None)

    @hear.register
    def _(self, event: casework.IdentificationOpened) -> None:
        self.files[event.identification] = event.village

    @hear.register
    def _(self, event: county.BulletinIssued) -> None:
        """Its month is over: who is silent is named, and owes no report of it any more."""
        self.ended.add(event.month)
        for owed in (
            self.screenings,
            self.village_months,
            self.township_months,
            self.unit_months,
            self.team_months,
        ):
            owed -= {key for key in owed if key[0] == event.month}
        for place in UNITS:
            self._contacts_are_done(event.month, place)

    @hear.register
    def _(self, event: dispatch.OrderFact) -> None:
        before = self.orders.get(event.order)
        same = before and before.state is event.state
        on = before.on if before and same else event.on
        self.orders[event.order] = Order(event.state, event.department, event.village, on)

    def _groups_are_done(self, month: str, place: str) -> None:
        self.screenings -= {
            key for key in self.screenings if key[0] == month and key[1][:12] == place
        }

    def _contacts_are_done(self, month: str, place: str) -> None:
        for key in [key for key, of in self.contacts.items() if key[0] == month and of == place]:
            del self.contacts[key]

    def _number(self, household: str) -> str:
        """Our name of a household of the register, or its id."""
        return self.households.get(household, household)

    # Who owes what

    def owed(self, on: date, facts: Facts) -> Iterator[tuple[Thing, Owner]]:
        """Everything open at the end of day `on`, each with its one owner."""
        things = chain(
            self._of_villages(facts),
            self._of_units(on),
            self._of_cases(on, facts),
            self._of_meetings(on, facts),
            self._of_departments(on),
        )
        for thing, owner in things:
            yield thing, self.answering(owner, on)

    def _of_villages(self, facts: Facts) -> Iterator[tuple[Thing, Owner]]:
        for month, place in sorted(self.screenings):
            yield Thing("screening", (month, place)), LEADER(place)
        for month, place in sorted(self.village_months):
            yield Thing("village-month", (month, place)), VILLAGE(place)
        for month, place in sorted(self.township_months):
            yield Thing("township-month", (month, place)), TOWNSHIP_HEAD(place)
        for key, finding in self.findings.items():
            if owner := finding.owner():
                yield Thing("finding", key), owner
        for month, place, number in sorted(self.unsigned):
            if place not in UNITS:
                owner = TOWNSHIP_HEAD(township_of(place))
                yield Thing("village-list", (month, place, number)), owner
        for row in facts.strangers:
            yield Thing("stranger", (row.id,)), TOWNSHIP(township_of(row.village))

    def _of_units(self, on: date) -> Iterator[tuple[Thing, Owner]]:
        for month, place in sorted(self.unit_months):
            yield Thing("unit-month", (month, place)), UNIT(place)
        for month, place, number in sorted(self.unsigned):
            if place in UNITS:
                yield Thing("unit-list", (month, place, number)), UNIT_HEAD(place)
        for month, household in self.contacts:
            yield Thing("contact", (month, household)), HELPER(self.helpers[household])
        for key, risk in self.risks.items():
            if risk.state == "draft":
                yield Thing("risk", key), HELPER(self.helpers[key[2]])
            elif risk.state == "ready":
                yield Thing("risk", key), UNIT(risk.unit)
        for household, helper in self.helpers.items():
            if self.has_ended(self.unit_of(helper, on), on):
                yield Thing("assignment", (household,)), OFFICE

    def _of_cases(self, on: date, facts: Facts) -> Iterator[tuple[Thing, Owner]]:
        for month, place in sorted(self.team_months):
            yield Thing("team-month", (month, place)), TEAMS(place)
        for id in self.drafts:
            yield Thing("noted", (id,)), TEAMS(TEAM)
        for row in facts.unmatched:
            yield Thing("unmatched", (row.finding,)), OFFICE
        for row in facts.unanswered:
            yield Thing("answer", (row.finding,)), OFFICE
        for id, case in sorted(self.cases.items(), key=lambda item: item[1].household):
            if case.state == "open" or self._is_over(self.rechecks[id][1], RECHECK_DAYS, on):
                yield Thing("case", (id,)), OFFICE
        for id, (place, asked_on) in self.rechecks.items():
            yield Thing("recheck", (id, asked_on)), TOWNSHIP(place)
        for id, place in self.files.items():
            yield Thing("file", (id,)), TOWNSHIP_OFFICE(township_of(place))
        for row in facts.hearings:
            owner = (UNIT if row.accused in UNITS else VILLAGE)(row.accused)
            is_asked = self.answering(owner, on).roles == owner.roles  # it did not end for nobody
            if row.state == "open" and is_asked:
                yield Thing("hearing", (row.id,)), owner
            elif row.proven:  # until then the case itself is the office's (B-35)
                yield Thing("hearing", (row.id,)), OFFICE

    def _of_meetings(self, on: date, facts: Facts) -> Iterator[tuple[Thing, Owner]]:
        for row in facts.meetings:
            if row.state in ("drafted", "noticed"):
                yield Thing("meeting", (row.month,)), OFFICE
        for row in facts.meetings:
            if row.state == "held":
                owner = OFFICE if row.undecided else COUNTY_LEADER
                yield Thing("minutes", (row.id,)), owner
        for row in facts.lines:
            yield Thing("line", (row.id,)), DEPARTMENT_CLERK(row.department)
        for row in facts.policies:
            owner = DEPARTMENT_CLERK(row.department) if row.department else OFFICE
            yield Thing("policy", (row.id,)), owner
        replies = {row.month: row.reply_due for row in facts.bulletins if row.state == "drafted"}
        open_names = [row for row in facts.names if row.month in replies]
        for month in replies:
            of_others = any(row.month == month and row.kind != "OFFICE" for row in open_names)
            yield Thing("bulletin-month", (month,)), OFFICE if of_others else COUNTY_LEADER
        for row in open_names:
            if row.kind != "OFFICE" and (row.explained or on > replies[row.month]):
                yield Thing("name", (row.id,)), OFFICE
            else:
                yield Thing("name", (row.id,)), CONCERNED[row.kind](row.code)
        for month in sorted(replies.keys() - {row.month for row in open_names}):
            yield Thing("bulletin", (month,)), COUNTY_LEADER

    def _of_departments(self, on: date) -> Iterator[tuple[Thing, Owner]]:
        for id, order in self.orders.items():
            if owner := self._owes_order(order, on):
                yield Thing("order", (id,)), owner

    def _owes_order(self, order: Order, on: date) -> Owner | None:
        match order.state:
            case OrderState.ISSUED | OrderState.ACCEPTED | OrderState.UNDER_WAY:
                return DEPARTMENT(order.department or "")
            case OrderState.SOLVED:
                silent = self._is_over(order.on, CONFIRM_DAYS, on)
                return OFFICE if silent else VILLAGE(order.village)
            case OrderState.CLOSED:
                return None
        return OFFICE

    def _is_over(self, since: date, days: int, on: date) -> bool:
        """Whether so many working days have passed at the end of their last."""
        return on > self.calendar.add(since, days)
