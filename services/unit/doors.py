"""What several features' forms share."""

from kit.errors import Refused
from rulebook import cells
from rulebook.cells import Unclear
from schemas.values import Since


def since_of(written: str, month: str) -> Since:
    """Since when, as a person writes it: a day, 9月初, or nothing."""
    try:
        since = cells.about(written, month)
    except Unclear as unclear:
        raise Refused(f"{unclear}。") from unclear
    return Since(day=since.day, about=since.about and since.day is not None)
