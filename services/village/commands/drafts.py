"""What doors hand to commands: plain values, checked by their shape only."""

from datetime import date

from pydantic import BaseModel, Field

from schemas.codes import RiskCause, Severity, Stratum
from schemas.values import Member, Since


class DivisionDraft(BaseModel):
    division: str  # six, nine or twelve digits
    name: str = Field(min_length=1)


class GroupDraft(BaseModel):
    village: str
    group: str  # two digits
    leader: str = Field(min_length=1)
    phone: str | None = None


class HouseholdDraft(BaseModel):
    """One household of the register; the head is the member called 户主, else the first."""

    number: str | None = None  # 户编号
    village: str
    group: str | None = None
    stratum: Stratum = Stratum.ORDINARY
    members: list[Member] = Field(min_length=1)
    size: int | None = None  # counted from the members when not given

    @property
    def head(self) -> Member:
        return next((one for one in self.members if one.relationship == "户主"), self.members[0])

    @property
    def head_first(self) -> list[Member]:
        head = self.head
        return [head, *(one for one in self.members if one is not head)]


class Newcomer(BaseModel):
    """A household that is not in the register: taken as 不在册,待核对."""

    name: str = Field(min_length=1)
    id_number: str
    group: str | None = None
    phone: str | None = None
    size: int = Field(default=1, ge=1)
    stratum: Stratum = Stratum.ORDINARY


class FindingDraft(BaseModel):
    """A household at risk: our id of it, or who it is when the register does not know it."""

    household: str | None = None
    newcomer: Newcomer | None = None
    causes: tuple[RiskCause, ...] = ()
    risk_point: str | None = Field(default=None, max_length=500)
    matter: str | None = Field(default=None, max_length=500)
    note: str | None = None
    since: Since = Since()
    severity: Severity = Severity.ORDINARY
    found_on: date | None = None
    screened_by: str | None = None
    phone: str | None = None  # as reported, where it differs
    size: int | None = None


class Changed(BaseModel):
    """What became of a set of master data; the same data again is unchanged."""

    taken: int = 0
    unchanged: int = 0
