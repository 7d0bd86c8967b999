"""Sections of a household's way through the procedure: found, tested, decided.

A limit that is None is not given: the step has an owner and an age, and no day of its own.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from rulebook.limits import Limit
from rulebook.money import to_fen
from rulebook.packs.basis import Cycle, Section, Share, Unused, Yuan
from schemas.codes import RiskCause, Role

Channel = Literal["NETWORK", "SELF_REPORT", "CADRE", "COUNTY_PUSH", "ONE_CLICK"]
"""How a household comes to its identification; NETWORK: the county has verified a case."""
CHANNELS: tuple[Channel, ...] = get_args(Channel)
Round = Literal["VILLAGE", "TOWNSHIP"]


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

    lines: tuple[Line, ...]
    """Empty only in an own pack that extends one of an earlier period and states none."""
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

    @property
    def grant_line(self) -> int:
        """`low_income_grant_line` in fen (L-12)."""
        return to_fen(self.low_income_grant_line)

    def line_on(self, on: date) -> int:
        """The line in force on this day, in fen (B-26); `LookupError` with a Chinese text when there
        is none.
        """
        in_force = [line for line in self.lines if line.effective_from <= on]
        if not in_force:
            raise LookupError(
                f"政策包里没有{on}适用的防止返贫监测范围，请在本县的政策包里填写income.lines"
            )
        return in_force[-1].amount


class Track(Section):
    """What comes first for households of these channels, up to the township's review: ASSESS and
    then REVISIT where the village's own list is visited again, VERIFY alone where nobody votes.
    """

    channels: tuple[Channel, ...] = Field(min_length=1)
    steps: tuple[Literal["VERIFY", "ASSESS", "REVISIT"], ...] = Field(min_length=1)


class Identify(Section):
    channels: Unused[tuple[str, ...]]
    tracks: tuple[Track, ...]
    verify_limit: dict[str, Limit]
    revisit_limit: Limit | None
    consent_required: bool
    assessment_limit: Limit | None
    assessment_bodies: tuple[
        Literal["VILLAGER_REPRESENTATIVES", "ENLARGED_TWO_COMMITTEES", "ALL_MONITORS"], ...
    ]
    assessment_quorum: Share | None
    """Of those who should attend, at least."""
    assessment_pass_ratio: Share
    """Of those who attend: more than (">1/2") or at least ("2/3")."""
    notice_rounds: tuple[Round, ...]
    notice_min_days: Annotated[int, Field(ge=0)]
    notice_day_kind: Literal["CALENDAR", "WORKING"]
    notice_count_posting_day: bool
    objection_limit: Limit
    township_review_limit: Limit | None
    township_party_meeting_required: bool
    comparison_mode: Literal["PARALLEL_WITH_NOTICE", "AFTER_TOWNSHIP_REVIEW"]
    comparison_limit: Limit | None
    recheck_limit: Limit
    """Of a case of the network that the county sends back to the township (D-09)."""
    doubt_recheck_limit: Limit | None
    """Of a doubt that a comparison raised (I-14)."""
    county_decider: Literal["LEAD_OFFICE", "LEADING_GROUP"]
    decision_cycle: Cycle
    """ANY: within the other limits. Else the county decides once in each: by its last day (I-27)."""
    appeal_limit: Limit
    """For the county's look at an objection to 不予纳入."""
    total_start: dict[Channel, Literal["VERIFIED", "RECEIVED"]]
    """From the receipt of the lead; of the network's cases from when the county has them, or has
    verified them."""
    total_limit: Limit | None
    total_limit_mode: Unused[Literal["WARN"]]
    """s003 says 一般: who is over the limit is late and goes on. No document stops him."""
    announcement_required: bool
    registry_entry_role: Role
    reference_scale_pct: Unused[Annotated[Decimal, Field(gt=0, le=100)] | None]

    @model_validator(mode="after")
    def _every_channel(self) -> Self:
        tracked = [channel for track in self.tracks for channel in track.channels]
        for key, channels in (("tracks", tracked), ("total_start", [*self.total_start])):
            if sorted(channels) != sorted(CHANNELS):
                raise ValueError(f"identify.{key}应写全{'、'.join(CHANNELS)}，各一次")
        if any(start == "VERIFIED" for of, start in self.total_start.items() if of != "NETWORK"):
            raise ValueError("identify.total_start只有NETWORK可以是VERIFIED（县级核实属实）")
        return self


class Aid(Section):
    """A second list beside the monitored: who is aided, by application (s004, I-18a)."""

    enabled: bool
    notice_rounds: tuple[Round, ...]
    announcement_required: bool


class GreenChannel(Section):
    enabled: bool
    backfill_limit: Limit
    eligible_causes: tuple[RiskCause, ...]


class OneClick(Section):
    verify_limit: Limit
    total_limit: Limit
    feedback_limit: Limit
