"""A policy pack: one place's rules for one period (docs/domain B, policy-packs.md).

Money is in yuan in the file and integer fen in the code.
"""

from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from rulebook.calendar import WorkingCalendar
from rulebook.limits import Limit, due
from rulebook.packs.basis import UNUSED, Section, Unused
from rulebook.packs.checks import Checks
from rulebook.packs.documents import Documents
from rulebook.packs.duties import Mandate
from rulebook.packs.helping import Exit, Help
from rulebook.packs.network import Bulletin, Codes, Dispatch, Meeting, Monthly, Period
from rulebook.packs.oversight import (
    Assessment,
    Campaign,
    Comparison,
    Fund,
    Insurance,
    Privacy,
    Statistics,
)
from rulebook.packs.procedure import (
    Aid,
    GreenChannel,
    Household,
    Identify,
    Income,
    KeyGroup,
    OneClick,
)
from rulebook.packs.tags import Tags
from schemas.codes import Stratum


class DivisionTerms(Section):
    county: str
    township: str
    village: str
    group: str


class Pack(Section):
    """All rules of one place for one period. `sources` says for each value where it comes from."""

    pack_id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    label: str
    region_code: Annotated[str, Field(pattern=r"^(\d\d){0,3}$")]
    """The first digits of its divisions' codes; empty means everywhere."""
    valid_from: date
    valid_to: date | None = None
    source_docs: tuple[str, ...] = Field(min_length=1)

    mechanism_name: Unused[str]
    lead_office_name: str
    issued_by: str = Field(min_length=1)
    """Who issues orders and bulletins, as it is printed: a person of the leading group, or the office
    by the group's written mandate; `{office}` stands for `lead_office_name`."""
    mandates: tuple[Mandate, ...]
    """Who does alone what needs two people otherwise, by which paper, until when."""
    lead_office_aliases: Unused[tuple[str, ...]]
    division_terms: DivisionTerms
    working_calendar_id: Unused[Literal["CN-STATE-COUNCIL"]]
    category_set: tuple[Stratum, ...]
    key_groups: tuple[KeyGroup, ...]
    campaigns: Unused[tuple[Campaign, ...]]

    codes: Codes
    monthly: Monthly
    meeting: Meeting
    bulletin: Bulletin
    documents: Documents
    period: Period
    dispatch: Dispatch
    identify: Identify
    aid: Unused[Aid]
    green_channel: GreenChannel
    one_click: Unused[OneClick]
    help: Help
    exit: Exit
    income: Income
    household: Unused[Household]
    statistics: Statistics
    assessment: Assessment
    checks: Checks
    tags: Tags
    comparison: Comparison
    fund: Fund
    insurance: Insurance
    privacy: Privacy

    sources: dict[str, str]
    content: str
    """What the pack's files say, as one text: `pack_from` makes the same pack of it."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to早于valid_from")
        return self

    @property
    def name(self) -> str:
        """ "default@1.0.0" """
        return f"{self.pack_id}@{self.version}"

    @cached_property
    def ref(self) -> str:
        """What a record keeps of the rules it was made under: the name and the first digits of the
        content's SHA-256, "default@1.0.0#0f1e2d3c4b5a".
        """
        return f"{self.name}#{sha256(self.content.encode()).hexdigest()[:12]}"

    @property
    def issuer(self) -> str:
        """Who issues orders and bulletins (s001/4 D-08, s001/1 J-03), for the record and for print."""
        return self.issued_by.replace("{office}", self.lead_office_name)

    @property
    def age(self) -> tuple[int, ...]:
        """Orders the versions of one pack: 1.9.0 before 1.10.0."""
        return tuple(map(int, self.version.split(".")))

    def source(self, key: str) -> str:
        """Where the value of a dotted key comes from ("monthly.group_due_day"); `KeyError` for no
        such key.

        For a list of rows the key may name one of them ("dispatch.routing[0]").
        """
        return self.sources[key]

    def holds(self, division_code: str, on: date) -> bool:
        """Whether these are the rules of this division on this day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and division_code.startswith(self.region_code)

    def due(self, start: date, limit: Limit, calendar: WorkingCalendar) -> date:
        """The last day of a limit under this pack's way of counting (`period`)."""
        return due(
            start,
            limit,
            calendar,
            self.period.shift_calendar_deadline,
            count_start_day=self.period.count_start_day,
        )


def is_unused(key: str) -> bool:
    """Whether this version reads nothing below a dotted key ("identify.channels"); an unknown key is
    not unused.
    """
    model: Any = Pack
    for part in key.partition("[")[0].split("."):
        field = getattr(model, "model_fields", {}).get(part)
        if field is None:
            return False
        if any(mark is UNUSED for mark in field.metadata):
            return True
        model = field.annotation
    return False
