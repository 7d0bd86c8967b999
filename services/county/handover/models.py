"""That the ledger has moved."""

from datetime import date

from sqlmodel import Field

from services.county.service import Table


class LedgerMove(Table, table=True):
    """The one row says that the ledger is read from casework, and who confirmed it."""

    __tablename__ = "ledger_move"
    id: int = Field(default=1, primary_key=True)
    confirmed_on: date
    confirmed_by: str
    confirmed_account: str
