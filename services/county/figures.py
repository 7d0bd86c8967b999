"""The figures of a bulletin as they are frozen: read by its pages, papers and programs.

A rate stands with its numerator and denominator (R-12). What an earlier release froze beside these
fields stays in the row and in the answer.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from schemas.codes import Content, Timeliness

# In ISO 8601 with its offset, as in what was issued before.
Instant = Annotated[datetime, PlainSerializer(datetime.isoformat, when_used="json")]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Rate(Frozen):
    part: int
    whole: int
    percent: str  # "67.89%", "—" of nothing


class Mean(Frozen):
    total: int
    count: int
    average: str


class Count(Frozen):
    households: int
    persons: int


class Monitored(Frozen):
    """Section 1: households ever monitored, at the month's end."""

    cumulative: Count
    new_in_year: Count
    new_in_month: Count
    eliminated: Count
    uneliminated: Count
    rate_by_persons: Rate
    rate_by_households: Rate


class Category(Monitored):
    category: str
    label: str


class Totals(Frozen):
    as_of: date
    year: int
    all: Monitored
    categories: list[Category]

    @property
    def rows(self) -> list[Category]:
        return [*self.categories, Category(category="", label="合计", **dict(self.all))]


class Reported(Frozen):
    """How many reporters of a kind reported, of those expected when the month opened."""

    expected: int
    exempt: int
    on_time: int
    late: int
    missing: int
    waiting: int
    nil: int
    findings: int
    on_time_rate: Rate


class TierFigures(Reported):
    kind: str
    label: str


class Single(Frozen):
    """One reporter's month; `exempt` and `entered` are the reasons, `origin` the event behind."""

    code: str
    name: str
    due: date | None
    reported_on: date | None
    timeliness: Timeliness
    label: str
    exempt: str | None
    content: Content | None
    content_label: str
    findings: int
    supplements: int
    origin: str | None
    entered: str | None


class Contacted(Frozen):
    """Households that a unit's helpers had to contact; not reached is not neglected."""

    required: int
    contacted: int
    unreached: int
    contact_rate: Rate


class Unit(Single, Contacted):
    pass


class Township(Frozen):
    """`named_missing`: villages without a list when its head signed."""

    code: str
    name: str
    groups: Reported
    villages: Reported
    own: Single | None
    named_missing: int


class Findings(Frozen):
    """What a channel reported."""

    tier: str
    label: str
    reported: int
    at_county: int
    struck_out: int
    urgent: int


class Cases(Frozen):
    opened: int
    urgent: int
    verified: int
    not_qualified: int
    recheck: int
    open: int
    verify_overdue: int


class Candidates(Frozen):
    raised: int
    confirmed: int
    dismissed: int
    undecided: int


class Tiers(Frozen):
    """Section 2: who reported."""

    as_of: date
    summary: list[TierFigures]
    townships: list[Township]
    units: list[Unit]
    teams: list[Single]
    visits: Contacted
    unexpected: int
    sources: list[Findings]
    cases: Cases
    candidates: Candidates


class Handled(Frozen):
    """A department's orders between two cut-offs; the last row is the sum."""

    code: str
    name: str
    carried: int
    issued: int
    accepted_on_time: Rate
    reported_on_time: Rate
    unreported: int
    unsolved: int
    returned: int
    closed: int
    open: int
    days: Mean


class Late(Frozen):
    """Open orders, and how many of them are late, by whose clock it is."""

    open: int
    department: int
    village: int
    office: int
    unreported: int
    unsolved: int


class Dispatch(Frozen):
    """Section 3: orders between two cut-offs."""

    since: date
    as_of: date
    departments: list[Handled]
    all: Handled
    unrouted: int

    @property
    def rows(self) -> list[Handled]:
        return [*self.departments, self.all]


class Faults(Frozen):
    """What was wrong with a reporter's lists."""

    code: str
    name: str
    reported: int
    not_on_register: int
    incomplete: int
    unmatched: int
    struck_out: int


class Quality(Frozen):
    """Section 4."""

    reporters: list[Faults]
    refused_sheets: int
    refused_cells: int
    entered_later: int


class OfficeDay(Single):
    """A date that the office itself had to keep."""

    month: str


class OfficeLate(Frozen):
    """What the office decided too late, by number."""

    code: str
    name: str
    late: int
    origin: str | None


class Place(Frozen):
    code: str
    name: str


class Figures(Frozen):
    county: Place
    month: str
    cut_off: Instant
    pack: str
    totals: Totals
    tiers: Tiers
    dispatch: Dispatch
    quality: Quality
    office: list[OfficeDay | OfficeLate]
