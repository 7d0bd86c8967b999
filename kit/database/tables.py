"""What every table's class inherits besides its service's registry."""

from typing import Any

from sqlmodel import SQLModel


class Strict(SQLModel):
    """`TypeError` for a field that the table does not have: sqlmodel drops it without a word, and
    what an event brought would be lost (F-45).
    """

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - type(self).model_fields.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        super().__init__(**values)
