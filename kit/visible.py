"""What others wrote, shown to an operator: nothing in it acts on a terminal or a log (G-08)."""

import unicodedata

# Control (newline and escape), format (bidi, zero width), surrogate, private, unassigned; line and
# paragraph separators; every space but the plain one.
ACTS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(words: str, most: int | None = None) -> str:
    """`words` with whatever is no printed character as its escape, in one line; of more than `most`
    characters the first, and how many there were.
    """
    if most is not None and len(words) > most:
        return f"{visible(words[:most])}… ({len(words)})"
    if words.isascii() and words.isprintable():
        return words
    return "".join(_escaped(letter) if _acts(letter) else letter for letter in words)


def _acts(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category in ACTS or (category == "Zs" and letter not in " \u3000")


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")
