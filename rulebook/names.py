"""Names as they are compared: offices write the dot of a name in many ways, additions in brackets, and
characters that their programs do not have (F-27).
"""

import re
import unicodedata

# Dots of names, blanks, and what stands in brackets: none of it tells two people apart. The same
# pattern is read by PostgreSQL (`kit.database.searching`).
ADDITION = r"[（(\[【〔][^）)\]】〕]*[）)\]】〕]|[·•・･．.‧∙⋅●\s\u3000]"

# What stands for a character that a program lacks: a mark, or one of a font's own.
STAND_IN = re.compile("[?？*＊□■○〓\ufffd\ue000-\uf8ff]")


def plain_name(name: str) -> str:
    """迪里努尔•买买提（户主） → 迪里努尔买买提; letters small, compatibility forms of a character as it
    is usually coded.
    """
    return re.sub(ADDITION, "", unicodedata.normalize("NFKC", name)).lower()


def same_name(one: str, other: str) -> bool:
    """Whether two spellings can be one name."""
    names = [plain_name(name) for name in (one, other)]
    if len(names[0]) != len(names[1]):
        return False
    return all(
        a == b or STAND_IN.match(a) or STAND_IN.match(b) for a, b in zip(*names, strict=True)
    )
