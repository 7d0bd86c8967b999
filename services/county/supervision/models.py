"""What teams have noted and not yet reported."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, hashed, several
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import RiskCause, Severity
from services.county.service import Table


class SupervisionDraft(Table, table=True):
    """A finding that a team has noted and not yet reported. `household` None: not (yet) found in
    the register.
    """

    __tablename__ = "supervision_draft"
    id: str = Field(default_factory=new_id, primary_key=True)
    team: str = Field(index=True)
    month: str = Field(index=True)
    village: str
    head_name: str
    id_number: str | None = encrypted(default=None)
    id_hash: str | None = hashed(default=None)
    household: str | None = None
    causes: list[RiskCause] = several(RiskCause)
    problem: str = encrypted()
    advice: str = encrypted(default="")
    severity: Severity = coded(Severity, default=Severity.ORDINARY)
    found_on: date
    entered_account: str | None = None
    reported: bool = False
