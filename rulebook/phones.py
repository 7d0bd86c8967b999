"""Telephone numbers of mainland China."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LAND_LINE = re.compile(r"0\d{2,3}-?\d{7,8}")


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
