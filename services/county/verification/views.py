"""What the doors of verification answer."""

from datetime import date

from pydantic import BaseModel


class VisitAdded(BaseModel, from_attributes=True):
    id: str
    case: str
    on: date
