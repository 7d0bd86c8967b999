"""Green channels as they were asked for and agreed to, and what was done first."""

from datetime import date

from sqlalchemy import Index, text
from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import RiskCause
from services.casework.service import Table


class GreenChannel(Table, table=True):
    """One asking; what was not agreed to on its day is asked for anew. `overdue_on`: when the procedure
    had not been made up in time. `recovers`: whether aid is claimed back, after a false statement.
    """

    __tablename__ = "green_channel"
    # A file goes through it once.
    __table_args__ = (
        Index("uq_green_channel_agreed", "file", unique=True, postgresql_where=text("agreed")),
    )
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    village: str = Field(index=True)
    township: str = Field(index=True)
    cause: RiskCause = coded(RiskCause)
    facts: str = encrypted()
    attested_by: str = encrypted()  # who says that the villagers agree
    opened_on: date
    opened_by: str
    opened_account: str
    agreed: bool | None = None  # None: nobody has answered
    reason: str | None = encrypted(default=None)  # of not agreeing
    answered_on: date | None = None
    answered_by: str | None = None
    answered_account: str | None = None
    overdue_on: date | None = None
    recovers: bool | None = None
    recovery_reason: str | None = encrypted(default=None)
    recovery_on: date | None = None
    recovery_by: str | None = None
    recovery_account: str | None = None


class GreenMeasure(Table, table=True):
    """What was done before the procedure. `order_number`: of the order by which it was asked for."""

    __tablename__ = "green_measure"
    id: str = Field(primary_key=True, default_factory=new_id)
    channel: str = Field(foreign_key="green_channel.id", index=True)
    file: str = Field(foreign_key="identification.id", index=True)
    village: str
    township: str = Field(index=True)
    what: str = encrypted()
    by: str  # the office
    order_number: str | None = None
    on: date
    entered_on: date
    entered_by: str
    entered_account: str
