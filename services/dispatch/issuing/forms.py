"""What a door takes: one model a form."""

from pydantic import BaseModel


class Routing(BaseModel):
    department: str
    co_handlers: list[str] = []
    question: str | None = None
