"""What stood in a row until a day on which something else came: a figure is that of its cut-off,
whenever it is counted (F-07).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from pydantic_core import to_jsonable_python
from sqlmodel import Field

from kit.database.encryption import EncryptedJson
from services.county.service import Table

UNTIL = "until"  # the first day on which it stood no more


class Dated(Table):
    """A row of which figures ask how it stood at the end of a day. `COUNTED`: the fields that they
    read; whoever changes one of them says `keep` before, with the day of the deed.
    """

    COUNTED: ClassVar[tuple[str, ...]]
    former: list[dict[str, Any]] | None = Field(default=None, sa_type=EncryptedJson)

    def keep(self, on: date) -> None:
        """What stands there now stays what it was at the end of the day before `on`."""
        self.former = self.kept(on)

    def kept(self, on: date) -> list[dict[str, Any]]:
        """`former` as it is once something else stands from that day on. What is dated earlier than
        deeds that came before it stands since its own day.
        """
        rows = self.former or []
        before = [row for row in rows if _until(row) < on]
        counted = {name: getattr(self, name) for name in self.COUNTED}
        stood = rows[len(before)] if len(before) < len(rows) else counted
        return [*before, to_jsonable_python(stood | {UNTIL: on})]

    def at(self, as_of: date) -> Self:
        """As it stood at the end of the day, in the fields of `COUNTED`: to be read, never written."""
        stood = next((row for row in self.former or () if _until(row) > as_of), None)
        if stood is None:
            return self
        now = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(
            now | {name: stood[name] for name in stood if name != UNTIL}
        )


def _until(former: Mapping[str, Any]) -> date:
    return date.fromisoformat(former[UNTIL])
