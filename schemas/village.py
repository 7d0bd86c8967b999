"""Events that village publishes: master data of divisions, groups and households, and tier 1's
reports.
"""

from datetime import date
from typing import Annotated

from schemas.codes import Level, Stratum
from schemas.event import Event, InParts, Seals, Value
from schemas.texts import Code, OfficeName, Reason, Sealed
from schemas.values import (
    Finding,
    FindingWords,
    HouseholdWords,
    Name,
    NationalWords,
    ReasonWords,
    Receipt,
    Verdict,
)

TOPIC = "backstop.village"


class DivisionNamed(Event, type="village.division.named.v1", topic=TOPIC, about="division"):
    division: Code  # twelve digits
    level: Level
    name: OfficeName
    parent: Code | None = None
    last_month: Code | None = None  # the last one in which it was there
    successor: Code | None = None  # who answers for it since: what it joined, or the office above


class GroupNamed(Event, type="village.group.named.v1", topic=TOPIC, about="village"):
    village: Code
    group: Code  # two digits, local
    sealed: Annotated[Sealed, Seals(Name)]  # of the leader
    last_month: Code | None = None  # the last one in which it was there
    successor: Code | None = (
        None  # who answers for it since: `<village>/<group>`, or the office above
    )


class HouseholdRegistered(
    Event, type="village.household.registered.v1", topic=TOPIC, about="household"
):
    """A household is in the register, or its entry changed. Hot: a county's register comes at
    once.
    """

    household: Code
    village: Code
    group: Code | None
    stratum: Stratum
    size: int
    on_register: bool = True  # False: 不在册,待核对
    merged_into: Code | None = None  # its number is void: the household that it was merged into
    id_hash: Code | None = None  # of the head
    member_hashes: tuple[Code, ...] = ()
    sealed: Annotated[Sealed, Seals(HouseholdWords)]


class GroupExpected(Value):
    village: Code
    group: Code


class VillageMonthOpened(Event, type="village.month.opened.v1", topic=TOPIC, about="county"):
    """Who is expected to report this month, frozen."""

    county: Code
    month: Code
    groups: tuple[GroupExpected, ...]
    villages: tuple[Code, ...]
    townships: tuple[Code, ...]
    group_due: date
    village_due: date
    township_due: date
    opened_on: date | None = None  # nobody is named for a day before it


class ReporterExempted(Event, type="village.reporter.exempted.v1", topic=TOPIC, about="division"):
    """A reasoned exemption: recorded, not deleted. `group` None: the village or township itself."""

    division: Code
    group: Code | None = None
    month: Code
    reason: Reason
    on: date
    lifted: bool = False  # taken back: the report is expected after all
    words: Sealed | None = None  # of its texts


class GroupReported(Event, type="village.group.reported.v1", topic=TOPIC, about="village"):
    """A group leader has screened (N-04): nil, or the households at risk."""

    village: Code
    group: Code
    month: Code
    receipt: Receipt
    late: bool
    nil: bool
    at_risk: tuple[Code, ...] = ()
    by_delegate: bool = False  # a clerk entered it for a leader who phoned
    words: Sealed | None = None  # of its texts


class GroupReportWithdrawn(Event, type="village.group.withdrew.v1", topic=TOPIC, about="village"):
    village: Code
    group: Code
    month: Code
    on: date


class GroupReportMissed(Event, type="village.group.missed.v1", topic=TOPIC, about="village"):
    village: Code
    group: Code
    month: Code
    due: date


class ListSubmitted(Event, InParts, type="village.list.submitted.v1", topic=TOPIC, about="village"):
    """A village sent its list of the month to its township (N-06). `supplement` 0 is the list
    itself.
    """

    village: Code
    township: Code
    month: Code
    supplement: int = 0
    receipt: Receipt
    late: bool
    nil: bool  # "nothing found" (零报告) is declared, never inferred from an empty list
    findings: tuple[Finding, ...] = ()
    silent: tuple[Code, ...] = ()  # groups that had not reported when it was sent, two digits each
    sealed: Annotated[Sealed, Seals(ReasonWords)] | None = (
        None  # why nil was declared with groups silent
    )
    words: Sealed | None = None  # of its texts


class ListMissed(Event, type="village.list.missed.v1", topic=TOPIC, about="village"):
    """The due day passed in silence; no message can say so, a deadline does."""

    village: Code
    township: Code
    month: Code
    due: date


class UrgentFindingSigned(Event, type="village.urgent.signed.v1", topic=TOPIC, about="village"):
    """An urgent finding travels alone and at once, with one township signature (I-13, GT-24)."""

    village: Code
    township: Code
    month: Code
    signed_on: date
    finding: Finding
    words: Sealed | None = None  # of its texts


class TownshipSigned(
    Event, InParts, type="village.township.signed.v1", topic=TOPIC, about="township"
):
    """The township's head signed; the lists of `villages` are at the county (N-08)."""

    township: Code
    month: Code
    supplement: int = 0
    signed_on: date
    late: bool
    villages: tuple[Code, ...]  # whose lists this signature covers
    missing: tuple[Code, ...] = ()  # named by the sign-off
    verdicts: tuple[Verdict, ...] = ()
    sealed: Annotated[Sealed, Seals(ReasonWords)] | None = (
        None  # why it was signed with villages missing
    )
    words: Sealed | None = None  # of its texts


class TownshipMissed(Event, type="village.township.missed.v1", topic=TOPIC, about="township"):
    township: Code
    month: Code
    due: date


class RecheckAnswered(Event, type="village.recheck.answered.v1", topic=TOPIC, about="case"):
    """The township looked again at what the county sent back (D-09)."""

    case: Code
    township: Code
    on: date
    still_at_risk: bool
    sealed: Annotated[Sealed, Seals(FindingWords)]  # what was found, in `note`


class NationalHousehold(Value):
    """What the national system says of a household's monitoring (A14); months are "YYYY-MM", causes the
    codes of its own list, which has more than ours.
    """

    household: Code
    category: Stratum | None = None  # None: not monitored there, or not any more
    identified: Code | None = None
    eliminated: bool = False
    eliminated_in: Code | None = None
    causes: tuple[Code, ...] = ()
    sealed: Annotated[Sealed, Seals(NationalWords)]


class NationalImported(
    Event, InParts, type="village.national.imported.v1", topic=TOPIC, about="county"
):
    """Somebody confirmed an export of the national system, and the register has taken it over. Of whom
    nothing is monitored there nothing is told.
    """

    county: Code
    imported: Code
    on: date
    households: tuple[NationalHousehold, ...] = ()
    gone: tuple[Code, ...] = ()  # the export before had them, this one does not
