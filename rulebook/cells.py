"""What a clerk's spreadsheet cell means.

Every function takes the raw value as the reader gives it and raises `Unclear` where the meaning
would have to be guessed. Years and months that a cell leaves out come from the month of its list
("YYYY-MM").
"""

import re
import string
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from rulebook.epochs import EPOCH
from rulebook.ids import check_id_number
from rulebook.money import to_fen
from rulebook.months import day_in, last_day, previous_month
from rulebook.numerals import with_digits
from rulebook.phones import check_phone, first_phone
from schemas.codes import RiskCause

Cell = str | int | float | datetime | date | None


class Unclear(ValueError):
    """The cell cannot be understood; the text is Chinese and says what to write."""


@dataclass(frozen=True)
class Since:
    """Since when: `day` None when nobody says, `about` when it is not exact, `text` as written."""

    day: date | None
    about: bool
    text: str


@dataclass(frozen=True)
class Identity:
    """A person's ID number, or `pending`: what is written instead of one (D3)."""

    number: str | None = None
    pending: str | None = None


# Punctuation stays as typed: in a sentence it is Chinese.
_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]*")  # nothing in it to be mended: nearly every cell
_HALF_WIDTH = {ord(c) + 0xFEE0: c for c in string.digits + string.ascii_letters}
_UNKNOWN = {"不详", "不清楚", "不知道", "未知", "不明"}
_YES = {"是", "有", "对", "√", "✓", "✔", "Y", "YES", "TRUE", "1"}
_NO = {"否", "无", "没有", "不是", "×", "✗", "✘", "X", "N", "NO", "FALSE", "0"}
_NOTHING = {"无", "没有", "—", "-", "/", "、", "0"}
_NIL = re.compile(r"零报告|无.*(风险|情况|问题|线索)|(未|没有?)发现")
_NIL_WORDS = re.compile(
    "零报告|本月|本组|本村|本单位|本督导组|全组|全村|全县|各组|各户|经|通过|入户|摸排|排查|走访|督导|检查|"
    "未|没有?|无|发现|存在|任何|新增|返贫|致贫|易|规模性|风险|情况|问题|线索|农户|户|的|均|和|及|或"
    r"|[\s（）()【】“”\"，,。.；;：:、！!/—-]"
)
_NO_PHONE = re.compile(
    r"[/\\—–、.×\-]+|0+|(无|没有?|暂无|未留|不详|空)(联系)?(手机|电话|方式)?号?码?"
)
_ID_DIGITS = re.compile(r"\d{11}")  # in a row: a number that was mistyped, no words
_STORED_AS_NUMBER = "身份证号码存成了数字，后几位已丢失；请把单元格设为文本后重新填写"


def text(v: Cell) -> str:
    """Half-width digits and letters, no blanks except between two Latin words; "" for an empty
    cell.
    """
    if v is None:
        return ""
    if type(v) is str and _PLAIN.fullmatch(v):
        return v
    if isinstance(v, datetime):
        v = v.date()
    if isinstance(v, float) and v.is_integer():
        v = int(v)
    half = str(v).translate(_HALF_WIDTH)
    seen = "".join(c for c in half if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    return re.sub(r"(?<![!-~])\s+|\s+(?![!-~])", "", re.sub(r"\s+", " ", seen.strip()))


def is_nil(v: Cell) -> bool:
    """Whether the whole cell declares that nothing was found: 零报告, 本月摸排无风险（零报告）. Words
    inside a sentence declare nothing (F-02).
    """
    written = text(v)
    return bool(_NIL.search(written)) and not _NIL_WORDS.sub("", written)


def declares_nil(row: Mapping[str, Cell], beside: Collection[str] = ()) -> bool:
    """Whether a row (column -> cell) declares nil instead of naming a household: nothing stands in
    it but that declaration, a serial number and dashes. `beside`: columns that may say more.
    """
    others = [text(v) for name, v in row.items() if name not in beside and not is_nil(v)]
    nothing_else = all(not word or word in _NOTHING or word.isdigit() for word in others)
    return nothing_else and any(map(is_nil, row.values()))


def count(v: Cell, *, what: str = "家庭人口", least: int = 1, most: int = 99) -> int:
    """A whole number within these bounds: 4, "4人", "4口人", "四人"."""
    match = re.fullmatch(r"(\d+)[个名户]?[人口]*", with_digits(text(v)))
    if isinstance(v, bool) or not match or not least <= int(match[1]) <= most:
        written = f"“{text(v)}”不对，" if text(v) else "没有填写，"
        raise Unclear(f"{what}{written}应为{least}到{most}之间的整数")
    return int(match[1])


def group(v: Cell) -> str:
    """The two-digit number of a village group: 3, "03", "3组", "三组", "石桥村03组"."""
    match = re.fullmatch(r"\D*?第?(\d{1,2})(村民)?(小?组)?", with_digits(text(v)))
    if not match:
        raise Unclear(f"组别“{text(v)}”不对，应为两位数字，如03")
    return f"{int(match[1]):02}"


def id_number(v: Cell) -> str:
    """18 characters, checked (GT-18)."""
    if _is_number(v) or _scientific(v):
        raise Unclear(_STORED_AS_NUMBER)
    try:
        return check_id_number(text(v))
    except ValueError as error:
        raise Unclear(str(error)) from None


def identity(v: Cell) -> Identity:
    """A person's number as in `id_number`, or the words for why there is none: 未上户口, 护照B1234567
    (D3, F-28).
    """
    written = text(v)
    words = isinstance(v, str) and not _scientific(v) and not _ID_DIGITS.search(written)
    if not words or re.fullmatch("[0-9Xx*]+", written):
        return Identity(id_number(v))
    if len(written) > 50:
        raise Unclear("没有身份证号码的原因太长，最多50字")
    return Identity(pending=written)


def surviving_digits(v: Cell) -> str | None:
    """The leading digits, at most 15, that are left of an ID number stored as a number; None when
    it was not.
    """
    match = _scientific(v)
    if match:
        return match[1].replace(".", "")[:15]
    if not _is_number(v):
        return None
    digits = str(int(Decimal(repr(v))))
    return digits[:15] if len(digits) == 18 else None


def phone(v: Cell) -> str | None:
    """None for an empty cell, 无 or a stroke: not everybody has one."""
    written = text(v)
    if not written or _NO_PHONE.fullmatch(written):
        return None
    try:
        return check_phone(written)
    except ValueError as error:
        raise Unclear(str(error)) from None


def phone_and_more(v: Cell) -> tuple[str | None, str]:
    """The first telephone number in a cell, and what else stands there: a second one, whose it is
    (F-29).
    """
    try:
        return phone(v), ""
    except Unclear:
        if (first := first_phone(text(v))) is None:
            raise
        return first


def day(v: Cell, month: str, epoch: date = EPOCH) -> date:
    """One exact day: 2026年9月18日, 2026-09-18, 2026/9/18, 9月18日, 九月十八日, 9.21, 21日, or a date
    cell.

    A missing year is the one that brings the day nearest to the month: 12月28日 in the list of
    2026-01 is 2025. `epoch`: the day that a number of days in the cell counts from.
    """
    middle = day_in(month, 15)
    return min(_days(v, month, epoch), key=lambda d: abs(d - middle))


def about(v: Cell, month: str, epoch: date = EPOCH) -> Since:
    """Since when something is so: an exact day as in `day`, or 9月初 (1st), 9月中旬 (11th), 9月底
    (21st), 9月, 去年.

    It lies in the past: a missing year is the latest that does not pass the month's end.
    """
    written = text(v)
    if not written or written in _UNKNOWN:
        return Since(None, bool(written), written)
    bare = with_digits(re.sub(r"^(大约|大概|约)|(左右|前后)$", "", written))
    end = last_day(month)
    try:
        days = _days(bare if isinstance(v, str) else v, month, epoch)
    except Unclear:
        return Since(_roughly(bare, month), True, written)
    about = bare != with_digits(written)
    return Since(max((d for d in days if d <= end), default=days[0]), about, written)


def causes(v: Cell) -> tuple[RiskCause, ...]:
    """The first is the primary one; only the labels of the code list, with or without 因, are
    understood (D1).
    """
    labels = [label for label in re.split(r"[、,，;；/\s]+", text(v)) if label]
    names = "、".join(cause.label for cause in RiskCause)
    known = {cause.label.removeprefix("因"): cause for cause in RiskCause}
    if not labels:
        raise Unclear(f"没有填写原因；可填：{names}")
    for label in labels:
        if label.removeprefix("因") not in known:
            raise Unclear(f"原因“{label}”不在列表中；可填：{names}")
    chosen = tuple(dict.fromkeys(known[label.removeprefix("因")] for label in labels))
    if len(chosen) > 5:
        raise Unclear("原因最多填5个，主要原因写在最前面")
    return chosen


def yes_no(v: Cell) -> bool:
    """An empty cell is unclear: "no" is declared, never inferred."""
    written = text(v).upper()
    if written in _YES:
        return True
    if written in _NO:
        return False
    raise Unclear(
        f"“{text(v)}”看不出是或否，请填“是”或“否”" if written else "没有填写，请填“是”或“否”"
    )


def money(v: Cell) -> int | None:
    """In fen, not negative; None for an empty cell."""
    if not text(v):
        return None
    try:
        # A formula's result carries the noise of binary fractions far behind the fen.
        fen = to_fen(round(v, 6) if isinstance(v, float) else text(v))
    except ValueError as error:
        raise Unclear(str(error)) from None
    if fen < 0:
        raise Unclear("金额不能是负数，请核对")
    return fen


def _is_number(v: Cell) -> bool:
    return isinstance(v, int | float) and not isinstance(v, bool)


def _scientific(v: Cell) -> re.Match[str] | None:
    """A number that the sheet wrote out as text, as in 9.90121E+17."""
    return re.fullmatch(r"(\d\.?\d*)[eE]\+?17", text(v))


def _days(v: Cell, month: str, epoch: date) -> list[date]:
    """The day that is meant: one, or the same day of last year, this year and next when the cell
    names no year.
    """
    if isinstance(v, datetime):
        return [v.date()]
    if isinstance(v, date):
        return [v]
    written = re.sub(
        r"(?:T|\s*)\d{1,2}:\d\d(:\d\d)?(\.\d+)?$", "", with_digits(text(v))
    )  # a time behind it, also as ISO text
    if not written:
        raise Unclear("没有填写日期")
    if isinstance(v, float) and re.fullmatch(r"\d+\.[1-3]", written):
        at, _, digit = written.partition(".")
        raise Unclear(
            f"“{written}”可能是{at}月{digit}日，也可能是{at}月{digit}0日，请写成{at}月{digit}日这样的文字"
        )
    if _is_number(v) and re.fullmatch(r"[3-6]\d{4}", written):
        return [epoch + timedelta(int(written))]  # in a cell that is no date cell
    year = int(month[:4])
    years: tuple[int, ...]
    if full := re.fullmatch(
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{4})(\d\d)(\d\d)", written
    ):
        named, *rest = (part for part in full.groups() if part)
        years = (int(named),)
    elif short := re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})[日号]?", written):
        years, rest = (year - 1, year, year + 1), [*short.groups()]
    elif only := re.fullmatch(r"(\d{1,2})[日号]", written):
        years, rest = (year,), [month[5:], only[1]]
    else:
        raise Unclear(f"日期“{written}”看不明白，请写成2026年9月18日这样的格式")
    days = [d for d in (_existing(y, int(rest[0]), int(rest[1])) for y in years) if d]
    if not days:
        raise Unclear(f"日期“{written}”不存在，请核对")
    return days


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_ROUGHLY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年|(?P<this>今年|本年|年)|(?P<last>去年|上年))?"
    r"(?:(?P<month>\d{1,2})月份?|(?P<now>本月|这个月|当月)|(?P<before>上个?月))?"
    r"(?P<part>初|上旬|中旬|中|底|末|下旬)?"
)
_DAY_OF_PART = {"初": 1, "上旬": 1, "中旬": 11, "中": 11, "底": 21, "末": 21, "下旬": 21}
_MONTH_OF_PART = {"初": 1, "中": 6, "底": 12, "末": 12}


def _roughly(written: str, month: str) -> date:
    """The first day of the stretch of time that is meant."""
    unclear = Unclear(
        f"时间“{written}”看不明白，请写成2026年9月5日，或9月初、9月中旬、9月底；确实不知道请写“不详”"
    )
    match = _ROUGHLY.fullmatch(re.sub(r"^(\d{4})[-./](\d{1,2})$", r"\1年\2月", written))
    if not written or not match:
        raise unclear
    part, own = match["part"], int(month[:4])
    year = (
        int(match["year"])
        if match["year"]
        else own
        if match["this"]
        else own - 1
        if match["last"]
        else None
    )
    if not match["month"] and year is None:  # 上个月, 本月初, 下旬
        return day_in(
            previous_month(month) if match["before"] else month, _DAY_OF_PART.get(part, 1)
        )
    if not match["month"]:
        return date(year or own, _MONTH_OF_PART.get(part, 1), 1)
    if year is None:
        year = own if int(match["month"]) <= int(month[5:]) else own - 1
    since = _existing(year, int(match["month"]), _DAY_OF_PART.get(part, 1))
    if since is None:
        raise unclear
    return since
