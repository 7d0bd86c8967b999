"""Needs that wait, and what casework decided."""

from datetime import date
from typing import Any

from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import EncryptedJson
from kit.ids import new_id
from services.dispatch.held.rules import HeldEnd
from services.dispatch.service import Table


class HeldNeeds(Table, table=True):
    """What one `county.case.verified` told, until the household is decided about."""

    __tablename__ = "held_needs"
    id: str = Field(primary_key=True, default_factory=new_id)
    case: str = Field(index=True)
    case_number: str
    household: str = Field(index=True)
    village: str
    told: dict[str, Any] = Field(sa_type=EncryptedJson)  # the event
    since: date
    ended_on: date | None = None
    end: HeldEnd | None = coded(HeldEnd, default=None, nullable=True)


class Decided(Table, table=True):
    """Casework's decision of a household's file, or a new risk of one that is monitored already (then
    `identification` is the risk's id): it may be heard before what it decides about.
    `admitted` None: not yet; who gave up keeps his needs as if he were.
    """

    __tablename__ = "decided"
    identification: str = Field(primary_key=True)
    case: str | None = Field(default=None, index=True)  # of the network, that opened the file
    household: str | None = Field(default=None, index=True)
    admitted: bool | None = None
    on: date | None = None
