"""Meetings that assessed, and what each said of each household."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, serial
from kit.database.encryption import encrypted, encrypted_items
from kit.ids import new_id
from rulebook.assessment import Body, Outcome
from services.casework.service import Table


class Assessment(Table, table=True):
    """One meeting of a village. `corrected_on`: a correction replaced what was entered first; the
    files' history has both.
    """

    __tablename__ = "assessment"
    id: str = Field(primary_key=True, default_factory=new_id)
    village: str = Field(index=True)
    township: str = Field(index=True)
    body: Body = coded(Body)
    held_on: date
    place: str
    chair: str = encrypted()
    recorder: str = encrypted()
    should_attend: int
    attended: int
    note: str = encrypted(default="")
    entered_on: date
    entered_by: str
    entered_account: str
    corrected_on: date | None = None
    corrected_by: str | None = None
    correction: str | None = encrypted(default=None)  # why
    origin: str | None = None
    version: int = 0

    @property
    def page(self) -> str:
        """The paper that the files' history leads to."""
        return f"/casework/assessments/{self.id}"


class AssessedHousehold(Table, table=True):
    """One line of the sheet. `relatives`: who was there and stepped out for this household."""

    __tablename__ = "assessed_household"
    id: int | None = serial()
    assessment: str = Field(foreign_key="assessment.id", index=True)
    file: str = Field(foreign_key="identification.id", index=True)
    in_favour: int
    against: int
    abstained: int
    relatives: list[str] = encrypted_items()
    note: str = encrypted(default="")
    outcome: Outcome = coded(Outcome)
    sentence: str
