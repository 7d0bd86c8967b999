"""A cell, and what an office program would do with it. Standard library only: the child imports it."""

import re
from datetime import date, datetime

PAGE = 1_000  # rows that travel together
Cell = str | int | float | bool | datetime | date | None
# What an office program would run as a formula, also the full-width twins: written with an
# apostrophe before it, and read without.
DANGEROUS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def harmless(text: str) -> str:
    """A text that begins like a formula gets an apostrophe; what no workbook can hold is left out."""
    text = UNPRINTABLE.sub("", text)
    return f"'{text}" if text.startswith(DANGEROUS) else text
