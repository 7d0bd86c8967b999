"""Findings on their way up."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded, coded_items, hashed
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import RiskCause, Severity
from schemas.values import FindingWords, Since
from services.village.findings.rules import Change, Place, Stage, Step
from services.village.lists.rules import lacking
from services.village.service import Table


class Finding(Table, table=True):
    """One household at risk in one month (D5). A step's verdict is None until somebody has
    looked.
    """

    __table_args__ = (
        UniqueConstraint("month", "household"),
        Index("ix_finding_month_village", "month", "village"),
    )
    id: str = Field(primary_key=True, default_factory=new_id)
    month: str
    household: str = Field(index=True)
    village: str = Field(index=True)
    township: str = Field(index=True)
    group: str | None = None
    stage: Stage = coded(Stage, default=Stage.REPORTED)
    on_register: bool = True
    id_hash: str | None = hashed(default=None)
    head_name: str
    id_number: str | None = encrypted(default=None)
    phone: str | None = encrypted(default=None)
    size: int | None = None
    causes: list[RiskCause] = coded_items(RiskCause)  # the first is the primary one
    risk_point: str | None = encrypted(default=None)
    matter: str | None = encrypted(default=None)
    note: str | None = encrypted(default=None)
    severity: Severity = coded(Severity, default=Severity.ORDINARY)
    since_day: date | None = None
    since_about: bool = False
    found_on: date
    by_account: str
    by_name: str
    on_behalf_of: str | None = None
    screened_by: str | None = None  # 摸排人, as a list names them
    from_group: bool = False  # a leader reported it
    from_village: bool = False  # the village entered it itself, or completed it by its list
    village_agreed: bool | None = None
    village_reason: str | None = encrypted(default=None)
    village_by: str | None = None
    village_on: date | None = None
    township_agreed: bool | None = None
    township_reason: str | None = encrypted(default=None)
    township_by: str | None = None
    township_on: date | None = None
    urgent_on: date | None = None  # reported as urgent
    urgent_signed_on: date | None = None
    urgent_signed_by: str | None = None
    supplement: int | None = None  # the list it travelled in

    @property
    def already_reported(self) -> bool:
        """It travelled alone before its list (GT-24)."""
        return self.urgent_signed_on is not None

    @property
    def struck_out(self) -> str | None:
        """Who struck it out, for what reason (GT-26)."""
        if self.village_agreed is False:
            return f"村级不同意上报：{self.village_reason}"
        if self.township_agreed is False:
            return f"乡镇不同意上报：{self.township_reason}"
        return None

    @property
    def in_village(self) -> bool:
        """The village may still change it: it travelled neither with a list nor alone."""
        here = self.stage not in (Stage.AT_COUNTY, Stage.WITHDRAWN)
        return here and self.supplement is None

    @property
    def in_township(self) -> bool:
        """It waits for the township's second look, or may be looked at once more."""
        reported = self.supplement is not None or self.urgent_on is not None
        open_still = self.stage not in (Stage.AT_COUNTY, Stage.WITHDRAWN)
        return reported and open_still and self.village_agreed is not False

    @property
    def awaits_signature(self) -> bool:
        """An urgent one that shall travel alone (I-13)."""
        alone = self.urgent_on is not None and self.supplement is None
        alone = alone and self.stage is not Stage.WITHDRAWN
        return alone and not self.already_reported and self.struck_out is None

    @property
    def waits_for(self) -> Step | None:
        """Its next step; None when it is at the county or was taken back."""
        if self.stage in (Stage.AT_COUNTY, Stage.WITHDRAWN):
            return None
        if self.awaits_signature:
            return Step.URGENT
        if self.supplement is None:
            return Step.REVIEW if self.village_agreed is None else Step.LIST
        rechecked = self.township_agreed is not None or not self.village_agreed
        return Step.SIGNATURE if rechecked else Step.RECHECK

    @property
    def place(self) -> Place:
        """With whom it is; one that shall travel alone is with the township's head."""
        if self.stage is Stage.AT_COUNTY:
            return Place.COUNTY
        here = self.waits_for in (Step.REVIEW, Step.LIST)
        return Place.VILLAGE if here else Place.TOWNSHIP

    @property
    def lacking(self) -> list[str]:
        return lacking(self.causes, self.risk_point, self.matter)

    @property
    def since(self) -> Since:
        return Since(day=self.since_day, about=self.since_about)

    @property
    def cause_labels(self) -> str:
        return "、".join(cause.label for cause in self.causes)

    def words(self) -> FindingWords:
        return FindingWords(
            head_name=self.head_name,
            id_number=self.id_number,
            phone=self.phone,
            size=self.size,
            risk_point=self.risk_point,
            matter=self.matter,
            note=self.note,
        )


class FindingVersion(Table, table=True):
    """What a finding said before it was changed or taken back (F-10)."""

    __tablename__ = "finding_version"
    id: str = Field(primary_key=True, default_factory=new_id)
    finding: str = Field(index=True)
    until: date
    act: Change = coded(Change)
    by: str  # who changed it
    causes: list[RiskCause] = coded_items(RiskCause)
    risk_point: str | None = encrypted(default=None)
    matter: str | None = encrypted(default=None)
    note: str | None = encrypted(default=None)
    severity: Severity = coded(Severity)
    since_day: date | None = None
    since_about: bool = False

    @property
    def cause_labels(self) -> str:
        return "、".join(cause.label for cause in self.causes)
