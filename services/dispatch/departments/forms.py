"""What a door takes: one model a form."""

from pydantic import BaseModel

from schemas.event import Value


class DepartmentEntry(Value):
    """One department as the office names it; the code as in a topic's name (`health-insurance`)."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


class Departments(BaseModel):
    departments: list[DepartmentEntry]
