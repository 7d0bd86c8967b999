"""What several features' papers share."""

from datetime import date
from pathlib import Path

from kit.dates import show_day

TEMPLATES = Path(__file__).parent / "docx"
BLANK = "____________"  # to be filled in by hand
NO_DAY = "____年____月____日"


def day_or_blank(on: date | None) -> str:
    """The day, or room to write it."""
    return show_day(on) if on else NO_DAY
