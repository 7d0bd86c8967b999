"""What a door takes: one model a form."""

from dataclasses import dataclass

from pydantic import BaseModel

from rulebook.months import Day, YearMonth
from services.unit.lists.models import UnitList


@dataclass(frozen=True)
class ListAnswer:
    """The list that was sent, how many findings it carries, and whose findings stay behind as
    待补充.
    """

    list: UnitList
    findings: int
    left_behind: tuple[str, ...] = ()


class ListIn(BaseModel):
    """`nil` declares 零报告. `received_on` with `reason`: 补录 of a paper."""

    unit: str
    month: YearMonth
    nil: bool = False
    written_on: Day | None = None
    received_on: Day | None = None
    reason: str | None = None
