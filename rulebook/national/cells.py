"""How a cell of the national system's export is read, and written back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from rulebook import cells
from rulebook.cells import Cell, Unclear
from rulebook.ids import check_id_number
from rulebook.months import check_month
from rulebook.national.codes import MoreCause
from rulebook.national.households import SIX_NINES
from schemas.codes import Coded, RiskCause, Stratum

T = TypeVar("T")
_BETWEEN = re.compile(r"[、,，;；]+")
_NOTHING = {"无", "—", "-", "/", "未实施", "否"}
_DATE = re.compile(r"((?:18|19|20)\d\d)[-/.年]?(\d\d?)[-/.月]?(\d\d?)日?")
_FEN = Decimal(100)
DISABILITY_CERTIFICATE = (
    20,
    22,
)  # characters: the ID number, kind and level, and how often re-issued


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A column's way of reading, never asked about an empty cell, and of writing."""

    read: Callable[[str], T]
    write: Callable[[T], str] = str
    empty: Any = None
    open_list: bool = False
    """Whether a word that no code knows is kept as it stands."""


def _text(written: str) -> str:
    return written


def _yes_no(written: str) -> bool:
    return cells.yes_no(written)


def _month(written: str) -> str:
    try:
        return check_month(written)
    except ValueError:
        raise Unclear(f"“{written}”不是年月，请写成202609这样的六位数字") from None


def _day(written: str) -> date:
    match = _DATE.fullmatch(written)
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))  # type: ignore[index]
    except (TypeError, ValueError):
        raise Unclear(f"“{written}”不是日期，请写成19800105这样的八位数字") from None


def _number(written: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise Unclear(f"“{written}”不是数字，请核对") from None
    if not number.is_finite() or len(written) > 15:
        raise Unclear(f"“{written}”不是数字，请核对")
    return number


def _whole(written: str) -> int:
    number = _number(written)
    if number != int(number):
        raise Unclear(f"“{written}”不是整数，请核对")
    return int(number)


def _fen(written: str) -> int:
    fen = _number(written) * _FEN
    if fen != int(fen):
        raise Unclear(f"金额“{written}”超过两位小数，请写到分为止")
    return int(fen)


def _positive_fen(written: str) -> int:
    if (fen := _fen(written)) < 0:
        raise Unclear(f"金额“{written}”不能是负数，请核对")
    return fen


def _yuan(fen: int) -> str:
    return str(Decimal(fen) / _FEN) if fen % 100 else str(fen // 100)


def _certificate(written: str) -> str:
    """An ID number is checked, with what a disability certificate adds; a number of six nines is kept
    for a check to name; of other papers any number.
    """
    if "*" in written:
        raise Unclear("证件号码被遮盖了，请导出不脱敏的表")
    plain = written.upper()
    if plain.startswith(SIX_NINES) or not plain[0].isdigit():
        return plain
    try:
        check_id_number(plain[:18] if len(plain) in DISABILITY_CERTIFICATE else plain)
    except ValueError as error:
        raise Unclear(str(error)) from None
    return plain


def _cause(written: str) -> RiskCause | MoreCause:
    """With or without 因, as in `rulebook.cells.causes`; one a column."""
    for more in MoreCause:
        if written in (more.label, more.label[1:]):
            return more
    cause, *others = cells.causes(written)
    if others:
        raise Unclear("一格只写一个风险，其他的写在后面几列")
    return cause


def _category(written: str) -> Stratum:
    try:
        category = _CATEGORIES[written]
    except KeyError:
        raise Unclear(f"监测对象类别“{written}”不对，可填：{'、'.join(_CATEGORIES)}") from None
    return category


_CATEGORIES = {
    category.label: category
    for category in (Stratum.UNSTABLE_EX_POOR, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP)
}


def _label(code: Any) -> str:
    """Of a code its label, of a text that no code knows itself."""
    return code.label if isinstance(code, Coded) else str(code)


def closed(codes: type[Coded]) -> Kind[Any]:
    """A list whose words are all known."""
    known = {code.label: code for code in codes}

    def read(written: str) -> Coded:
        if written not in known:
            raise Unclear(f"“{written}”不在列表中，可填：{'、'.join(known)}")
        return known[written]

    return Kind(read, _label)


def open_(codes: type[Coded]) -> Kind[Any]:
    """A list known by example: another word is kept as it stands."""
    known = {code.label: code for code in codes}
    return Kind(lambda written: known.get(written, written), _label, open_list=True)


def several(codes: type[Coded] | None = None) -> Kind[Any]:
    """Words with a mark between them; a stroke or 无 is none."""
    known = {code.label: code for code in codes or ()}

    def read(written: str) -> tuple[Any, ...]:
        words = [word for word in _BETWEEN.split(written) if word and word not in _NOTHING]
        return tuple(known.get(word, word) for word in dict.fromkeys(words))

    def write(words: tuple[Any, ...]) -> str:
        return "、".join(map(_label, words))

    return Kind(read, write, empty=(), open_list=codes is not None)


TEXT = Kind(_text)
YES_NO = Kind(_yes_no, lambda yes: "是" if yes else "否")
MONTH = Kind(_month, lambda month: month.replace("-", ""))
DAY = Kind(_day, lambda day: f"{day:%Y%m%d}")
NUMBER = Kind(_number)
WHOLE = Kind(_whole)
FEN = Kind(_fen, _yuan)
POSITIVE_FEN = Kind(_positive_fen, _yuan)
CERTIFICATE = Kind(_certificate)
CAUSE = Kind(_cause, _label)
CATEGORY = Kind(_category, _label)


def plain(cell: Cell) -> str:
    """The text of a cell as it is read here; `Unclear` where a long number was stored as one."""
    if isinstance(cell, int | float) and abs(cell) >= 10**15:
        raise Unclear("号码存成了数字，后几位已丢失；请把单元格设为文本后重新导出")
    return cells.text(cell)
