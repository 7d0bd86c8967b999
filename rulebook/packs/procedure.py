"""Sections of a household's way through the procedure: found, tested, helped, let go."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rulebook.limits import Limit
from rulebook.money import to_fen
from rulebook.packs.basis import Cycle, DepartmentCode, Months, Section, Unused, Yuan
from schemas.codes import RiskCause, Role


class Household(Section):
    scope: tuple[Literal["RURAL_REGISTERED", "RURAL_RESIDENT"], ...]


class KeyGroup(Section):
    code: str
    name: str
    kind: Literal["MUST_VISIT", "MUST_CHECK", "KEY"]


class Income(Section):
    class Line(Section):
        effective_from: date
        amount_yuan: Yuan
        set_by: str

        @property
        def amount(self) -> int:
            """In fen."""
            return to_fen(self.amount_yuan)

    class Period(Section):
        begin: date
        end: date

    lines: tuple[Line, ...] = Field(min_length=1)
    indicator: Literal["NET_INCOME", "DISPOSABLE_INCOME"]
    line_operator: Literal["LT", "LE"]
    formula: Literal["NET", "NET_PLUS_CLAIMS_MINUS_SELFPAID"]
    period_rule: Literal["ROLLING_12_FULL_MONTHS", "FIXED"]
    period_fixed: Period | None
    category_basis: Literal["NET", "ASSESSED"]
    low_income_grant_line: Yuan

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts = [line.effective_from for line in self.lines]
        if starts != sorted(set(starts)):
            raise ValueError("income.lines应按effective_from先后排列，不得重复")
        if (self.period_rule == "FIXED") != (self.period_fixed is not None):
            raise ValueError("income.period_rule为FIXED时（且仅在此时）填写period_fixed")
        return self

    def line_on(self, on: date) -> int:
        """The line in force on this day, in fen (B-26); `LookupError` before the first one."""
        in_force = [line for line in self.lines if line.effective_from <= on]
        if not in_force:
            raise LookupError(f"{on}之前没有防止返贫监测范围")
        return in_force[-1].amount


class Identify(Section):
    channels: Unused[tuple[str, ...]]
    verify_limit: Unused[dict[str, Limit]]
    consent_required: Unused[bool]
    assessment_limit: Unused[Limit]
    assessment_bodies: Unused[tuple[str, ...]]
    assessment_quorum: Unused[str]
    assessment_pass_ratio: Unused[str]
    notice_rounds: Unused[tuple[Literal["VILLAGE", "TOWNSHIP"], ...]]
    notice_min_days: Unused[Annotated[int, Field(ge=0)]]
    notice_day_kind: Unused[Literal["CALENDAR", "WORKING"]]
    notice_count_posting_day: Unused[bool]
    township_review_limit: Unused[Limit | None]
    township_party_meeting_required: Unused[bool]
    comparison_mode: Unused[Literal["PARALLEL_WITH_NOTICE", "AFTER_TOWNSHIP_REVIEW"]]
    comparison_limit: Unused[Limit]
    recheck_limit: Limit
    county_decider: Unused[Literal["LEAD_OFFICE", "LEADING_GROUP"]]
    total_limit: Unused[Limit]
    total_limit_mode: Unused[Literal["WARN", "BLOCK"]]
    announcement_required: Unused[bool]
    registry_entry_role: Unused[Role]
    reference_scale_pct: Unused[Annotated[Decimal, Field(gt=0, le=100)] | None]


class GreenChannel(Section):
    enabled: bool
    backfill_limit: Limit
    eligible_causes: tuple[RiskCause, ...]


class OneClick(Section):
    verify_limit: Limit
    total_limit: Limit
    feedback_limit: Limit


class Measure(Section):
    code: str
    name: str
    family: Literal[
        "INDUSTRY",
        "EMPLOYMENT",
        "EDUCATION",
        "MEDICAL",
        "HOUSING",
        "WATER",
        "SAFETY_NET",
        "SOCIAL",
        "FINANCE",
        "PUBLIC_POST",
        "INSURANCE",
        "OTHER",
    ]
    department: DepartmentCode | None = None
    development: bool
    amount_rule: str = ""


class Help(Section):
    plan_limit: Limit
    plan_start: Literal["COUNTY_APPROVED", "IDENTIFIED"]
    contact_limit: Limit
    development_measure_min: Annotated[int, Field(ge=0)]
    development_applies_to: tuple[Literal["ABLE_AND_WILLING", "WEAK_OR_HALF"], ...]
    guarantor_levels: dict[str, tuple[str, ...]]
    measure_catalogue: tuple[Measure, ...]


class Exit(Section):
    class Defer(Section):
        """Who is not taken off although the risk seems gone (E-07)."""

        code: str
        labour: tuple[str, ...] = ()
        conditions: tuple[str, ...] = ()

    min_monitoring_months: Months
    strict: bool
    """Whether the monitoring time must exceed the minimum (B-18)."""
    min_income_stable_months: Months
    min_measures: Annotated[int, Field(ge=0)]
    steps: tuple[str, ...]
    notice_min_days: Annotated[int, Field(ge=0)]
    annotation_cycle: Cycle
    defer_rules: tuple[Defer, ...]
    gradual_months: Months
    withdraw_from_monitoring: bool
    follow_up_cycle: Cycle
