"""What a door answers."""

from kit.web import Transaction
from services.county.directory.queries import departments
from services.county.doors import ROWS
from services.county.meetings.models import Presence


def expected_people(session: Transaction, seen: dict) -> list[dict[str, str]]:
    """Who is entered, else a row for each department with an item; and some empty rows."""
    called = departments(session)
    units = dict.fromkeys(
        called.get(line["department"], "") for line in seen["lines"] if line["department"]
    )
    blank = {"unit": "", "name": "", "post": "", "presence": Presence.PRESENT, "stands_for": ""}
    return [*(seen["attendance"] or [blank | {"unit": unit} for unit in units]), *[blank] * ROWS]
