"""What several features' papers share."""

from datetime import date
from pathlib import Path

from sqlmodel import Session

from kit.dates import show_day
from kit.packs import pack_of
from rulebook.places import Terms
from services.casework.identification.models import Identification

TEMPLATES = Path(__file__).parent / "docx"
BLANK = "____________"  # to be filled in by hand
NO_DAY = "____年____月____日"


def day_or_blank(on: date | None) -> str:
    """The day, or room to write it."""
    return show_day(on) if on else NO_DAY


def places_of(session: Session, file: Identification) -> Terms:
    """What the rules of the file call the levels (B-42)."""
    return pack_of(session, file.pack).division_terms
