"""What casework asked of departments."""

from datetime import date

from sqlmodel import Field

from services.dispatch.service import Table


class Comparison(Table, table=True):
    """One household that one department looks up. `words`: ComparedWords, sealed for our services."""

    __tablename__ = "comparison"
    comparison: str = Field(primary_key=True)
    department: str = Field(index=True)
    village: str
    asked_on: date
    due: date | None = None
    words: str
    answered_on: date | None = None  # by the department's own system, the last time
