"""What several features' papers share."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlmodel import Session

from kit.packs import pack_of
from services.county.meetings.queries import office_name
from services.county.numbering.queries import number_of

TEMPLATES = Path(__file__).parent / "docx"
NUMBERS = "一二三四五六七八九十"
DRAFT = "（送审稿）"
BLANK = "____________"  # to be filled in by hand


def numeral(number: int) -> str:
    return (
        NUMBERS[number - 1]
        if number <= 10
        else f"十{NUMBERS[number - 11]}"
        if number < 20
        else str(number)
    )


def letterhead(session: Session, pack: str, about: str, on: date) -> dict[str, str]:
    """What stands around an official letter's text (D16), as its pack says (`Pack.ref`): issuer,
    number, recipients, copies. `about` and `on` as in `number_of`.
    """
    rules = pack_of(session, pack)
    settings = rules.documents
    return {
        "issuer": settings.issuer or office_name(session, on),
        "number": number_of(session, about, settings.code, on),
        "recipients": _joined(settings.recipients),
        "copies": _joined(settings.copies),
    }


def _joined(offices: Sequence[str]) -> str:
    return "，".join(offices) or BLANK
