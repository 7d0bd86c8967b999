"""Chinese numerals where a number is meant (F-30): 一组, 十月十二日, 二〇二六年."""

import re

_VALUES = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")}
_VALUES |= {"零": 0, "○": 0, "两": 2}
_NUMERAL = re.compile(  # of what is counted or dated
    "[〇零○一二三四五六七八九两十]+(?=[年月日号人口户个]|村民小?组|小?组|$)"
)


def with_digits(text: str) -> str:
    """The text with the numbers before a unit, or at its end, in digits: 八月初 → 8月初."""
    return _NUMERAL.sub(lambda found: _digits(found[0]), text)


def _digits(numeral: str) -> str:
    """Below a hundred, or figure by figure as years are written; as it is where it is neither."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return "".join(str(_VALUES[figure]) for figure in numeral)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return numeral
    return str(_VALUES.get(tens, 1) * 10 + _VALUES.get(ones, 0))
