"""What a door takes: one model a form."""

from pydantic import BaseModel, Field

from schemas.codes import Stratum
from schemas.values import Member


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


class Changed(BaseModel):
    """What became of a set of master data; the same data again is unchanged."""

    taken: int = 0
    unchanged: int = 0


class ResolutionIn(BaseModel):
    on_register: bool
    outcome: str
    number: str | None = None
