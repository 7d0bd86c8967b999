"""What a form's fields mean."""

from datetime import date

from kit.errors import Refused


def day_of(text: str) -> date | None:
    """A date field; empty means nobody says."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"日期“{text}”不对,请写成2026-09-18这样的格式。") from error
