"""Sections of counting, comparing, paying and protecting."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rulebook.limits import Limit
from rulebook.money import to_fen
from rulebook.packs.basis import Months, Section, Unused, Yuan
from rulebook.packs.helping import Code, HouseholdSign, MemberSign
from rulebook.packs.procedure import Income
from schemas.codes import RiskCause


class Statistics(Section):
    elimination_rate_basis: Literal["PERSONS", "HOUSEHOLDS"]
    """Which rate stands first; the other one is always printed beside it (R-12)."""
    elimination_counted_at: Literal["COUNTY_APPROVED", "ANNOUNCED", "ANNOTATED"]
    rate_decimals: Annotated[int, Field(ge=0, le=6)]
    average_decimals: Annotated[int, Field(ge=0, le=6)]
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
        code: Code
        name: str
        amount_yuan: Yuan
        amount_kind: Literal["UNIT", "AVERAGE"]
        """What everybody gets, or the mean that all amounts together have to keep (F-02)."""
        eligible_rule: str
        budget_yuan: Yuan | None = None

        @property
        def amount(self) -> int:
            """In fen."""
            return to_fen(self.amount_yuan)

        @property
        def budget(self) -> int | None:
            """In fen."""
            return None if self.budget_yuan is None else to_fen(self.budget_yuan)

    class Rule(Section):
        """Who is proposed for a scheme, and to whom it goes once only. `by_hand`: no data say who."""

        scheme: Code
        households: tuple[HouseholdSign, ...] = ()
        members: tuple[MemberSign, ...] = ()
        by_hand: bool = False
        once: Literal["HOUSEHOLD", "PERSON"] | None = None

        @model_validator(mode="after")
        def _somehow(self) -> Self:
            if not (self.households or self.members or self.by_hand):
                raise ValueError("households、members和by_hand至少写一项")
            return self

    schemes: tuple[Scheme, ...]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _ruled(self) -> Self:
        listed = [rule.scheme for rule in self.rules]
        if len(set(listed)) < len(listed):
            raise ValueError("fund.rules里同一个项目写了两次")
        without = [scheme.code for scheme in self.schemes if scheme.code not in listed]
        if without:
            raise ValueError(f"fund.rules没有写给谁：{'、'.join(without)}")
        return self


class Insurance(Section):
    class Tier(Section):
        class Band(Section):
            """Of a cost, the part between two amounts; `ratio` of it is paid."""

            begin_yuan: Yuan
            end_yuan: Yuan | None = None
            ratio: Annotated[Decimal, Field(gt=0, le=1)]

            @property
            def begin(self) -> int:
                """In fen."""
                return to_fen(self.begin_yuan)

            @property
            def end(self) -> int | None:
                """In fen; None for the last band."""
                return None if self.end_yuan is None else to_fen(self.end_yuan)

        cause: RiskCause
        trigger_yuan: Yuan
        bands: Annotated[tuple[Band, ...], Field(min_length=1)]
        cap_yuan: Yuan | None = None

        @property
        def trigger(self) -> int:
            """In fen."""
            return to_fen(self.trigger_yuan)

        @property
        def cap(self) -> int | None:
            """In fen."""
            return None if self.cap_yuan is None else to_fen(self.cap_yuan)

        @model_validator(mode="after")
        def _in_order(self) -> Self:
            """Band after band from the trigger line on; only the last one may be open."""
            begins, ends = zip(*((band.begin, band.end) for band in self.bands), strict=True)
            rising = (
                list(begins) == sorted(set(begins)) and (ends[-1] or begins[-1] + 1) > begins[-1]
            )
            if begins[0] != self.trigger or ends[:-1] != begins[1:] or not rising:
                raise ValueError("bands应从trigger_yuan起首尾相接，只有最后一档可以不写end_yuan")
            return self

    tiers: tuple[Tier, ...]

    @model_validator(mode="after")
    def _once(self) -> Self:
        causes = [tier.cause for tier in self.tiers]
        if len(set(causes)) < len(causes):
            raise ValueError("insurance.tiers里同一个原因写了两次")
        return self


class Privacy(Section):
    notice_fields: tuple[Literal["head_name", "village", "group", "size", "category"], ...]
    """A whitelist: nothing else may ever stand on a notice (B-40)."""
    mask_rules: Unused[dict[str, str]]
    retention_years: Unused[Annotated[int, Field(ge=1)] | None]
    import_report_days: Annotated[int, Field(ge=30, le=3660)]
    """Reports of imported sheets quote refused cells: whoever hands in mends them within a month."""
