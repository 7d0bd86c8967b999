"""Tables."""

from sqlmodel import Field

from kit.database.columns import coded
from schemas.codes import Level
from services.dispatch.service import Table


class Division(Table, table=True):
    """Copy of village's divisions."""

    code: str = Field(primary_key=True)
    level: Level = coded(Level)
    name: str
    parent: str | None = None
