"""What the levels are called: 县, 乡镇, 村, or as the pack says 旗, 苏木, 嘎查 (B-42).

The program's own texts say 县, 乡镇 and 村. Where a pack has other words, these texts are said in
them; names and whatever people wrote stay as they are, so nothing else may be put in here.
"""

import re
from typing import Protocol


class Terms(Protocol):
    """What a pack calls the levels (`division_terms`)."""

    @property
    def county(self) -> str: ...
    @property
    def township(self) -> str: ...
    @property
    def village(self) -> str: ...


LEVELS = {"县": "county", "乡镇": "township", "村": "village"}
# 农村, 乡村, 驻村, 包村, 村民, 村务 and 村医 are words of their own everywhere (s003 has them beside 嘎查).
WORDS = re.compile("县|乡镇|(?<![农乡驻包])村(?![民务医])")


def in_words_of(terms: Terms, text: str) -> str:
    """A text of the program's own, with the levels as the pack calls them."""
    return WORDS.sub(lambda found: getattr(terms, LEVELS[found[0]]), text)
