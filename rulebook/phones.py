"""Telephone numbers of mainland China."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LAND_LINE = re.compile(r"0\d{2,3}-?\d{7,8}")
_AMONG_OTHERS = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"
)
_BETWEEN = "、,，;；/|.。:： "


def check_phone(text: str) -> str:
    """A mobile number as 11 digits, a land line with its area code as typed (D2).

    `ValueError` otherwise; the text is Chinese and holds no part of the number.
    """
    half = unicodedata.normalize("NFKC", text)
    number = re.sub(
        r"[\s()'—–‐]|^\+?86(?=1\d{10}$)", lambda match: "-" if match[0] in "—–‐" else "", half
    )
    mobile = re.sub(r"^\+?86|-", "", number)
    if _MOBILE.fullmatch(mobile):
        return mobile
    if _LAND_LINE.fullmatch(number):
        return number
    digits = sum(c.isdigit() for c in number)
    raise ValueError(f"联系电话应为11位手机号或带区号的座机号，现在是{digits}位数字，请核对")


def first_phone(text: str) -> tuple[str, str] | None:
    """The first number in a text, and the rest of it: another number, whose it is. None where there
    is no number in it.
    """
    half = unicodedata.normalize("NFKC", text)
    match = _AMONG_OTHERS.search(half)
    if match is None:
        return None
    rest = f"{half[: match.start()].strip(_BETWEEN)} {half[match.end() :].strip(_BETWEEN)}".strip()
    return check_phone(match[0]), re.sub(r"^[(（]([^()（）]*)[)）]$", r"\1", rest)
