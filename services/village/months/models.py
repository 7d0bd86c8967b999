"""Months, who is expected to report in them, and who was reminded."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Content, Timeliness
from schemas.values import Receipt
from services.village.months.rules import Reporter
from services.village.service import Table


class Month(Table, table=True):
    """A reporting month with its frozen dates; `pack` is the id and version of the rules that gave
    them.
    """

    month: str = Field(primary_key=True)  # YYYY-MM
    opened_on: date
    group_opens_on: date
    group_due: date
    village_due: date
    township_due: date
    pack: str
    closed_on: date | None = None  # the county issued its bulletin: nobody owes a report any more


class ReporterMonth(Table, table=True):
    """One who is expected to report, frozen when the month opens; the lock of the village's or
    township's month.
    """

    __tablename__ = "reporter_month"
    __table_args__ = (UniqueConstraint("month", "kind", "code"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    month: str
    kind: Reporter = coded(Reporter)
    code: str  # <village>/<group>, village or township
    division: str = Field(index=True)  # village or township
    group: str | None = None
    due: date
    timeliness: Timeliness = coded(Timeliness, default=Timeliness.WAITING)
    content: Content | None = coded(Content, default=None, nullable=True)
    received_on: date | None = None
    written_on: date | None = None  # the date on the paper
    entered_on: date | None = None  # the day of a 补录
    receipt_reason: str | None = encrypted(default=None)
    by_account: str | None = None
    by_name: str | None = None
    on_behalf_of: str | None = None  # the leader who phoned, the village that sent paper
    exempt_reason: str | None = encrypted(default=None)
    exempt_by: str | None = None
    exempt_account: str | None = None
    exempt_on: date | None = None

    @property
    def receipt(self) -> Receipt | None:
        if self.received_on is None:
            return None
        return Receipt(
            on=self.received_on,
            written_on=self.written_on,
            entered_on=self.entered_on,
            reason=self.receipt_reason,
        )

    @receipt.setter
    def receipt(self, receipt: Receipt | None) -> None:
        self.received_on = receipt.on if receipt else None
        self.written_on = receipt.written_on if receipt else None
        self.entered_on = receipt.entered_on if receipt else None
        self.receipt_reason = receipt.reason if receipt else None

    @property
    def reported(self) -> bool:
        return self.received_on is not None

    @property
    def expected(self) -> bool:
        """Still to report: neither done nor exempted."""
        return not self.reported and self.exempt_on is None


class Reminder(Table, table=True):
    """Somebody who has not reported was reminded on this day."""

    month: str = Field(primary_key=True)
    kind: Reporter = coded(Reporter, primary_key=True)
    code: str = Field(primary_key=True)
    on: date = Field(primary_key=True)
