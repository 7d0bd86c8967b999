"""Events that unit publishes: master data of units, helpers and assignments, and tier 2's
reports.
"""

from datetime import date
from typing import Annotated

from schemas.codes import RiskCause, VisitMode
from schemas.event import Event, InParts, Seals, Value
from schemas.texts import Code, OfficeName, Reason, Sealed
from schemas.values import Finding, Name, Receipt, Since, Verdict

TOPIC = "backstop.unit"


class UnitNamed(Event, type="unit.unit.named.v1", topic=TOPIC, about="unit"):
    unit: Code
    name: OfficeName
    last_month: Code | None = None  # the last one in which it was there
    successor: Code | None = None  # who answers for it since: what it joined, or the office above


class HelperNamed(Event, type="unit.helper.named.v1", topic=TOPIC, about="helper"):
    helper: Code
    unit: Code
    sealed: Annotated[Sealed, Seals(Name)]


class HouseholdAssigned(Event, type="unit.household.assigned.v1", topic=TOPIC, about="household"):
    household: Code
    helper: Code
    unit: Code


class UnitExpected(Value):
    unit: Code
    households: int  # to be contacted at least once (N-09)


class UnitMonthOpened(Event, type="unit.month.opened.v1", topic=TOPIC, about="county"):
    county: Code
    month: Code
    units: tuple[UnitExpected, ...]
    visit_due: date
    report_due: date
    opened_on: date | None = None  # nobody is named for a day before it


class VisitRecorded(Event, type="unit.visit.recorded.v1", topic=TOPIC, about="household"):
    """A helper visited, called, or tried to (N-09, N-10). Hot; no personal data at all."""

    visit: Code
    household: Code
    helper: Code
    unit: Code
    month: Code
    on: date
    mode: VisitMode
    reached: bool = True  # False: neither contacted nor neglected
    at_risk: bool = False
    causes: tuple[RiskCause, ...] = ()
    since: Since = Since()
    recorded_on: date | None = None  # the day it was entered, when later than the visit


class Verification(Value):
    """The unit looked into one finding of its list (N-11): when, how, and, sealed, who."""

    finding: Code
    on: date
    how: VisitMode
    sealed: Annotated[Sealed, Seals(Name)]


class UnitListSubmitted(Event, InParts, type="unit.list.submitted.v1", topic=TOPIC, about="unit"):
    """A unit's clerk closed the list of the month; its head has still to sign (N-11)."""

    unit: Code
    month: Code
    supplement: int = 0
    receipt: Receipt
    nil: bool
    nil_reason: Reason | None = None  # why, though not every household was contacted
    findings: tuple[Finding, ...] = ()
    verifications: tuple[Verification, ...] = ()
    unverified_reason: Reason | None = None  # why findings are among them that nobody verified
    words: Sealed | None = None  # of its texts


class UnitListSigned(Event, InParts, type="unit.list.signed.v1", topic=TOPIC, about="unit"):
    """The unit's head signed: list and application forms are at the county."""

    unit: Code
    month: Code
    supplement: int = 0
    signed_on: date
    late: bool
    nil: bool
    nil_reason: Reason | None = None
    required: int  # households to contact
    contacted: int
    unreached: int  # tried, not reached
    verdicts: tuple[Verdict, ...] = ()
    words: Sealed | None = None  # of its texts


class UnitListMissed(Event, type="unit.list.missed.v1", topic=TOPIC, about="unit"):
    unit: Code
    month: Code
    due: date
    required: int
    contacted: int
    unreached: int


class UnitExempted(Event, type="unit.reporter.exempted.v1", topic=TOPIC, about="unit"):
    unit: Code
    month: Code
    reason: Reason
    on: date
    lifted: bool = False  # taken back: the list is expected after all
    words: Sealed | None = None  # of its texts
