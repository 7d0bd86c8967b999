"""Names as they are compared: offices write the dot of a name in many ways, and additions in brackets
(F-27).
"""

import re
import unicodedata

# Dots of names, blanks, and what stands in brackets: none of it tells two people apart. The same
# pattern is read by PostgreSQL (`kit.database.searching`).
ADDITION = r"[（(\[【〔][^）)\]】〕]*[）)\]】〕]|[·•・･．.‧∙⋅●\s\u3000]"


def plain_name(name: str) -> str:
    """迪里努尔•买买提（户主） → 迪里努尔买买提; letters small, compatibility forms of a character as it
    is usually coded.
    """
    return re.sub(ADDITION, "", unicodedata.normalize("NFKC", name)).lower()
