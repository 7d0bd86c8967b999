"""Who of a household lets his data be compared."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded
from kit.ids import new_id
from services.casework.consents.rules import Answer, ConsentMethod
from services.casework.service import Table


class Consent(Table, table=True):
    """What one person of the household answered; the first rows of a file are its one signature,
    who was away comes later. Who refused may sign after all.
    """

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("file", "person"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    person: str  # `Person.key`
    name: str
    answer: Answer = coded(Answer)
    method: ConsentMethod = coded(ConsentMethod)
    signed_on: date
    entered_on: date
    entered_by: str
    entered_account: str
    origin: str | None = None
