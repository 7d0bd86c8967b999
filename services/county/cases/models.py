"""Cases: one a household while it is open, with every source kept side by side (N-13)."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from kit.database.columns import coded, hashed, instant, several, written
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import CaseDecision, Coded, GapItem, RiskCause, Severity, Tier, VisitMode
from services.county.cases.rules import WhyNot
from services.county.former import Dated
from services.county.service import Table


class SourceStage(Coded):
    """How far a finding has come."""

    SUBMITTED = "submitted", "已上报，待签发"
    AT_COUNTY = "at_county", "已到县"
    STRUCK_OUT = "struck_out", "未同意上报"


class MatchedBy(Coded):
    """How a finding found its household."""

    ID_NUMBER = "id_number", "证件号码"
    HOUSEHOLD = "household", "户编号"
    PERSON = "person", "人工确认"


class Case(Dated, table=True):
    """`closed_on` is set when it is not qualified or all help done."""

    __tablename__ = "case_file"
    COUNTED = ("urgent", "verify_due", "decision", "decided_on", "closed_on")
    # One open case a household (N-13): two workers that open one at the same time cannot both
    # succeed.
    __table_args__ = (
        Index(
            "uq_case_file_open",
            "household",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    number: str = Field(unique=True)  # XS-990121-202609-0001
    month: str = Field(index=True)
    household: str = Field(index=True)
    village: str = Field(index=True)
    township: str = Field(index=True)
    opened_on: date
    pack: str
    urgent: bool = False
    verify_due: date  # T-10
    decision: CaseDecision = coded(CaseDecision, default=CaseDecision.OPEN, index=True)
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str | None = encrypted(default=None)  # of "not qualified"
    primary_cause: RiskCause | None = coded(RiskCause, default=None)
    causes: list[RiskCause] = several(RiskCause)
    since_day: date | None = None
    since_about: bool = False
    risk_point: str | None = encrypted(default=None)
    matter: str | None = encrypted(default=None)
    recheck_due: date | None = None  # D-09
    recheck_question: str | None = encrypted(default=None)
    rechecked_on: date | None = None
    recheck_still_at_risk: bool | None = None
    recheck_note: str | None = encrypted(default=None)
    help_complete_on: date | None = None  # all its orders are closed (GT-27)
    closed_on: date | None = Field(default=None, index=True)
    previous: str | None = None  # the closed case of the same household before this one


class Source(Dated, table=True):
    """One finding of one tier. `case` None: listed only, or to be matched by a person."""

    __tablename__ = "case_source"
    COUNTED = ("case", "household", "unmatched", "answered_on")
    finding: str = Field(primary_key=True)
    case: str | None = Field(default=None, foreign_key="case_file.id", index=True)
    tier: Tier = coded(Tier)
    reporter: str = Field(index=True)  # village, unit or team code
    month: str = Field(index=True)
    supplement: int = 0
    stage: SourceStage = coded(SourceStage, default=SourceStage.SUBMITTED, index=True)
    struck_out: str | None = encrypted(default=None)  # who, for what reason (GT-26)
    struck_out_on: date | None = None
    household: str = Field(index=True)
    named_household: str | None = None  # as it was reported, where a person said another one
    village: str
    group_no: str | None = None
    id_hash: str | None = hashed(default=None, index=True)
    on_register: bool = True
    unmatched: bool = Field(
        default=False, index=True
    )  # a person has to say to which case it belongs
    matched_by: MatchedBy | None = coded(MatchedBy, default=None)
    causes: list[RiskCause] = several(RiskCause)
    severity: Severity = coded(Severity, default=Severity.ORDINARY)
    already_reported: bool = False
    since_day: date | None = None
    since_about: bool = False
    found_on: date
    entered_account: str | None = None  # who entered it here; a village's or unit's is theirs
    received_on: date  # receipt of the list that named it
    at_county_on: date | None = None
    late: bool = False
    head_name: str = ""
    id_number: str | None = encrypted(default=None)
    phone: str | None = encrypted(default=None)
    size: int | None = None
    risk_point: str | None = encrypted(default=None)
    matter: str | None = encrypted(default=None)
    problem: str | None = encrypted(default=None)
    advice: str | None = encrypted(default=None)
    note: str | None = encrypted(default=None)
    # Who of the unit looked into it, when and how (N-11), or why nobody is named.
    verified_by: str | None = None
    verified_on: date | None = None
    verified_how: VisitMode | None = coded(VisitMode, default=None)
    unverified_reason: str | None = encrypted(default=None)
    # What the decision says of it: the need that deals with it, or why none does; neither of them
    # where the case's one reason says it.
    answered_on: date | None = None
    answered_need: str | None = Field(default=None, foreign_key="need.id")
    why_not: WhyNot | None = coded(WhyNot, default=None)
    origin: str | None = None
    signed_origin: str | None = None

    def unmatched_at(self, as_of: date) -> bool:
        """Whether a person had to say whose it is at the end of the day: it was at the county then."""
        came = self.at_county_on is not None and self.at_county_on <= as_of
        return came and self.at(as_of).unmatched

    def struck_out_by(self, as_of: date) -> bool:
        """Whether it was struck out at the end of the day; of those from before the day was kept, as
        they stand.
        """
        day = self.struck_out_on
        return self.stage is SourceStage.STRUCK_OUT and (day is None or day <= as_of)


class KeptVerdict(Table, table=True):
    """A signature that came before the list it signs: lists and signatures have different keys, so
    no common order.
    """

    __tablename__ = "kept_verdict"
    finding: str = Field(primary_key=True)
    agreed: bool
    reason: str | None = encrypted(default=None)
    signed_on: date
    late: bool
    by: str  # 乡镇 or 帮扶单位
    origin: str | None = None


class Verification(Table, table=True):
    """The office's own visit (N-13), in words."""

    __tablename__ = "verification"
    id: str = Field(default_factory=new_id, primary_key=True)
    case: str = Field(foreign_key="case_file.id", index=True)
    on: date
    visitors: str
    met: str = encrypted(default="")  # whom they met
    house: str = encrypted(default="")
    water: str = encrypted(default="")
    education: str = encrypted(default="")
    medical: str = encrypted(default="")
    income: str = encrypted(default="")
    note: str = encrypted(default="")
    entered_by: str = ""


class NeedRow(Table, table=True):
    """A gap item of a verified case: becomes one order. `person`: index into the household's
    members, head when None.
    """

    __tablename__ = "need"
    id: str = Field(default_factory=new_id, primary_key=True)
    case: str = Field(foreign_key="case_file.id", index=True)
    gap_item: GapItem = coded(GapItem)
    question: str = encrypted()
    department: str | None = None
    person_name: str | None = None
    person_id_number: str | None = encrypted(default=None)
    from_meeting: str | None = None
    on: date
    withdrawn_on: date | None = None  # a decision was opened again before


class CaseEntry(Table, table=True):
    """The case's timeline; only appended."""

    __tablename__ = "case_entry"
    __table_args__ = (Index("ix_case_entry_case", "case", "on"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    case: str = Field(foreign_key="case_file.id")
    on: date
    what: str = encrypted()  # Chinese
    by: str = ""
    origin: str | None = None
    written_at: datetime = instant(default_factory=written)
