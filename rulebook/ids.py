"""Citizen identity numbers (GB 11643): 17 digits and a check character."""

import hashlib
import hmac
import re
import unicodedata
from datetime import date
from operator import mul

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
ZEROS = ord("0") * sum(WEIGHTS)  # of digits read as characters
NORMAL = re.compile(r"[0-9]{17}[0-9X]")


class InvalidId(ValueError):
    """Not a number that can exist. The text is Chinese, says what to do, and holds no part of the
    number.
    """


def check_id_number(text: str, *, on: date | None = None) -> str:
    """The number as 18 half-width characters with a capital X; `InvalidId` when it cannot exist
    (GT-18).

    Unknown area codes and births before 1900 pass: areas were renamed, and people are old. With
    `on`, nobody is born after that day.
    """
    number = text if NORMAL.fullmatch(text) else _normalise(text)
    if not number:
        raise InvalidId("没有填写身份证号码，请补填18位号码")
    if len(number) == 15 and _digits(number):
        raise InvalidId("这是15位的旧身份证号码，请改填18位号码")
    if len(number) != 18:
        raise InvalidId(f"身份证号码应为18位，现在是{len(number)}位，请对照证件重新填写")
    if not _digits(number[:17]) or number[17] not in CHECKS:
        raise InvalidId("身份证号码只能是数字（最后一位可以是X），请对照证件重新填写")
    try:
        born = birth_date(number)
    except ValueError:
        raise InvalidId("身份证号码第7至14位不是真实的出生日期，请对照证件重新填写") from None
    if on is not None and born > on:
        raise InvalidId("身份证号码里的出生日期晚于今天，请对照证件重新填写")
    if number[17] != _check(number[:17]):
        raise InvalidId("身份证号码校验不通过，可能写错了一位或颠倒了两位，请对照证件重新填写")
    return number


def birth_date(number: str) -> date:
    """Of a checked number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def gender(number: str) -> str:
    """The GB/T 2261.1 code of a checked number: "1" 男, "2" 女."""
    return "1" if int(number[16]) % 2 else "2"


def id_hash(number: str, key: bytes) -> str:
    """HMAC-SHA256 of the normalised number in hex: finds the same person without showing the
    number.
    """
    return hmac.new(key, _normalise(number).encode(), hashlib.sha256).hexdigest()


def make_id(area6: str, birth: date, seq3: int | str) -> str:
    """A synthetic number; use an area that does not exist (99xxxx), so that it can hit nobody."""
    body = f"{area6}{birth:%Y%m%d}{int(seq3):03}"
    return body + _check(body)


def _check(body: str) -> str:
    return CHECKS[(sum(map(mul, body.encode(), WEIGHTS)) - ZEROS) % 11]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _normalise(text: str) -> str:
    """Full-width to half-width, no blanks or invisible characters, no leading apostrophe (Excel's
    mark of a text).
    """
    half = unicodedata.normalize("NFKC", text)
    seen = "".join(
        c for c in half if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc")
    )
    return seen.lstrip("'`‘’").upper()
