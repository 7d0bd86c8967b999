"""What a team's report became."""

from pydantic import BaseModel


class ReportOut(BaseModel):
    """`findings`: their ids; `supplement`: 0 for the month's report, then 1, 2 …"""

    team: str
    month: str
    supplement: int
    late: bool
    nil: bool
    findings: list[str]


class NotedOut(BaseModel):
    """`new`: it was not noted before; `on_register`: the household is in the register."""

    id: str
    new: bool
    on_register: bool
