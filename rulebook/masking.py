"""How personal data look to those who need not see them (D3)."""


def mask_id(number: str, *, head: int = 6, tail: int = 4) -> str:
    """990121********8484: the birth date is hidden; `head=3` hides the county too
    (150***********002X).
    """
    return _hide(number, head, tail)


def mask_name(name: str) -> str:
    """王*, 陈**: the first character stays."""
    return _hide(name, 1, 0)


def mask_phone(number: str) -> str:
    """160****6826"""
    return _hide(number, 3, 4)


def _hide(text: str, head: int, tail: int) -> str:
    """A text too short to hide anything in its middle is hidden whole."""
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]
