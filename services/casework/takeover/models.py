"""Rows of the county's ledger, as county hands them over."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, hashed
from kit.database.encryption import encrypted
from schemas.codes import RiskCause, Stratum
from services.casework.service import Table
from services.casework.takeover.rules import Match


class LedgerRow(Table, table=True):
    """One identification of one household. `match`, `household`: whose row it is; a household that
    became another's stays named as it was. A row that was taken back is kept, for its version.
    """

    __tablename__ = "ledger_row"
    row: str = Field(primary_key=True)  # county's
    version: int
    taken_back: bool = False
    match: Match = coded(Match, default=Match.NONE, index=True)
    household: str | None = Field(default=None, index=True)
    village: str = Field(index=True)
    township: str = Field(index=True)
    head_name: str = Field(index=True)
    number: str | None = Field(default=None, index=True)
    id_hash: str | None = hashed(default=None, index=True)
    id_number: str | None = encrypted(default=None)
    phone: str | None = encrypted(default=None)
    category: Stratum = coded(Stratum)
    cause: RiskCause | None = coded(RiskCause, default=None)
    persons: int
    identified_on: date
    channel: str | None = None
    eliminated_on: date | None = None
    eliminated_mode: str | None = None
    persons_eliminated: int | None = None
    remarks: str | None = encrypted(default=None)
    settled_on: date | None = None
    settled_by: str | None = None
    settled_account: str | None = None
