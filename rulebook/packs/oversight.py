"""Sections of counting, comparing, paying and protecting."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from rulebook.limits import Limit
from rulebook.packs.basis import Months, Section, Unused, Yuan
from rulebook.packs.procedure import Income
from schemas.codes import RiskCause


class Statistics(Section):
    elimination_rate_basis: Unused[Literal["PERSONS", "HOUSEHOLDS"]]
    elimination_counted_at: Unused[Literal["COUNTY_APPROVED", "ANNOUNCED", "ANNOTATED"]]
    rate_decimals: Annotated[int, Field(ge=0, le=6)]
    average_decimals: Unused[Annotated[int, Field(ge=0, le=6)]]
    ages: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    """Working days since the first issue where an age ends, rising: one scale for all tables."""
    rounding: Unused[Literal["HALF_UP"]]


class Assessment(Section):
    class Indicator(Section):
        code: str
        weight: Annotated[int, Field(ge=0)]
        formula: str

    indicators: Unused[tuple[Indicator, ...]]
    missed_lookback_months: Months
    hearing_limit: Limit


class Campaign(Section):
    class Milestone(Section):
        code: str
        begin: date
        end: date

    name: str
    scope: str
    milestones: tuple[Milestone, ...]
    income_period: Income.Period | None = None


class Comparison(Section):
    class Feed(Section):
        department: str
        fields: tuple[str, ...]
        trigger: str
        threshold: str = ""
        cycle: str

    feeds: tuple[Feed, ...]


class Fund(Section):
    class Scheme(Section):
        code: str
        name: str
        amount_yuan: Yuan
        amount_kind: Literal["UNIT", "AVERAGE"]
        eligible_rule: str
        budget_yuan: Yuan | None = None

    schemes: tuple[Scheme, ...]


class Insurance(Section):
    class Tier(Section):
        class Band(Section):
            begin_yuan: Yuan
            end_yuan: Yuan | None = None
            ratio: str

        cause: RiskCause
        trigger_yuan: Yuan
        bands: tuple[Band, ...]
        cap_yuan: Yuan | None = None

    tiers: tuple[Tier, ...]


class Privacy(Section):
    notice_fields: tuple[Literal["head_name", "village", "group", "size", "category"], ...]
    """A whitelist: nothing else may ever stand on a notice (B-40)."""
    mask_rules: Unused[dict[str, str]]
    retention_years: Unused[Annotated[int, Field(ge=1)] | None]
    import_report_days: Annotated[int, Field(ge=30, le=3660)]
    """Reports of imported sheets quote refused cells: whoever hands in mends them within a month."""
