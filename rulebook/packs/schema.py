"""A policy pack: one place's rules for one period (docs/domain B, policy-packs.md).

Money is in yuan in the file and integer fen in the code.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rulebook.calendar import WorkingCalendar
from rulebook.limits import Limit, due
from rulebook.packs.basis import Section
from rulebook.packs.network import Bulletin, Dispatch, Meeting, Monthly, Period
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
    Exit,
    GreenChannel,
    Help,
    Household,
    Identify,
    Income,
    KeyGroup,
    OneClick,
)
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

    mechanism_name: str
    lead_office_name: str
    lead_office_aliases: tuple[str, ...]
    division_terms: DivisionTerms
    working_calendar_id: Literal["CN-STATE-COUNCIL"]
    category_set: tuple[Stratum, ...]
    key_groups: tuple[KeyGroup, ...]
    campaigns: tuple[Campaign, ...]

    monthly: Monthly
    meeting: Meeting
    bulletin: Bulletin
    period: Period
    dispatch: Dispatch
    identify: Identify
    green_channel: GreenChannel
    one_click: OneClick
    help: Help
    exit: Exit
    income: Income
    household: Household
    statistics: Statistics
    assessment: Assessment
    comparison: Comparison
    fund: Fund
    insurance: Insurance
    privacy: Privacy

    sources: dict[str, str]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to早于valid_from")
        return self

    @property
    def ref(self) -> str:
        """What a record keeps of the rules it was made under: "default@1.0.0"."""
        return f"{self.pack_id}@{self.version}"

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
