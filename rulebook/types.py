"""Types of fields that people fill in: what was typed into a form, sent to a door or written into a
cell, as one value.

A cell is known by the validation's context, `{"month": "2026-09", "epoch": date(1899, 12, 30)}`: the
month of its sheet gives what a cell leaves out (`rulebook.cells`), the epoch of its workbook what a
bare number of days means. Everywhere else a value says itself what it means.

Every text has its limit here, the same at forms, programs and workbooks (F-21). It lies far below what
a sealed field and an event can carry: a text that was taken never stops what it travels with.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from rulebook import cells
from rulebook.cells import Unclear
from rulebook.divisions import level, pad
from rulebook.epochs import EPOCH
from rulebook.months import check_day, check_month
from rulebook.scopes import SHAPES, Scope, ScopeKind
from schemas import values
from schemas.codes import RiskCause

T = TypeVar("T")
SHORT, LONGEST, LONG = 100, 500, 2_000  # characters of a code or name, of a text, of a long one


def _month(info: ValidationInfo) -> str | None:
    """The month of the sheet that the value is a cell of."""
    return info.context["month"] if info.context else None


def _in_cells(read: Callable[[Any], T]) -> BeforeValidator:
    """Read a cell so; what comes in a form is left to the type itself."""

    def in_cells(v: Any, info: ValidationInfo) -> Any:
        return read(v) if info.context else v

    return BeforeValidator(in_cells)


def _epoch(info: ValidationInfo) -> date:
    return info.context.get("epoch", EPOCH) if info.context else EPOCH


def _day(v: Any, month: str | None, epoch: date = EPOCH) -> date:
    """Without a month the year must be written."""
    if type(v) is date:
        return check_day(v)
    written = cells.text(v)
    if month is None and not re.match(r"(19|20)\d\d", written):
        raise Unclear(f"日期“{written}”看不明白，要写成2026-09-18这样")
    return check_day(cells.day(v, month or f"{written[:4]}-06", epoch))


def _fen(v: Any, info: ValidationInfo) -> int | None:
    """A text is yuan, a cell too; a whole number elsewhere is fen already."""
    if type(v) is int and _month(info) is None:
        return v
    return cells.money(v)


def _yes_no(v: Any) -> bool:
    return v if type(v) is bool else cells.yes_no(v)


def _since(v: Any, info: ValidationInfo) -> Any:
    month = _month(info)
    if month is None:
        return {"day": _day(v, None)} if isinstance(v, str | date) else v
    since = cells.about(v, month, _epoch(info))
    return {"day": since.day, "about": since.about and since.day is not None}


def _phone(v: Any, info: ValidationInfo) -> str | None:
    """Of a cell its first number: what stands beside it is said by whoever reads the row (F-29)."""
    return cells.phone_and_more(v)[0] if info.context else cells.phone(v)


def person_name(v: Any) -> str:
    """Two to fifty characters, no digits (D3)."""
    written = cells.text(v)
    if not 2 <= len(written) <= 50 or any(char.isdigit() for char in written):
        raise Unclear(f"姓名“{written}”不对，请核对")
    return written


def _coded(kind: ScopeKind) -> AfterValidator:
    """Written as such a code is; whether there is one, and whose it is, is for policy and directory."""
    return AfterValidator(lambda code: Scope(kind, code).code)


def _described(kind: ScopeKind) -> WithJsonSchema:
    pattern, example = SHAPES[kind]
    return WithJsonSchema(
        {"type": "string", "pattern": f"^{pattern}$", "maxLength": SHORT, "examples": [example]}
    )


def _division(code: str) -> str:
    """With twelve digits; `ValueError` for what is no county, township or village."""
    level(code)
    return pad(code)


VillageCode = Annotated[
    str,
    Field(max_length=SHORT),
    _in_cells(cells.text),
    _coded(ScopeKind.VILLAGE),
    _described(ScopeKind.VILLAGE),
]
TownshipCode = Annotated[
    str, Field(max_length=SHORT), _coded(ScopeKind.TOWNSHIP), _described(ScopeKind.TOWNSHIP)
]
DivisionCode = Annotated[  # of a county, township or village, with six, nine or twelve digits
    str,
    Field(max_length=12),
    AfterValidator(_division),
    WithJsonSchema({"type": "string", "pattern": "^([0-9]{6}|[0-9]{9}|[0-9]{12})$"}),
]
DepartmentCode = Annotated[
    str, Field(max_length=SHORT), _coded(ScopeKind.DEPARTMENT), _described(ScopeKind.DEPARTMENT)
]
Short = Annotated[str, Field(max_length=SHORT)]  # a code, an id, a name
# Also a number or a date that stands in the cell; a field may say less than the type's limit.
Text = Annotated[str, Field(max_length=LONGEST), _in_cells(cells.text)]
LongText = Annotated[str, Field(max_length=LONG), _in_cells(cells.text)]
Day = Annotated[date, BeforeValidator(lambda v, info: _day(v, _month(info), _epoch(info)))]
# The year must be written, also in a cell: of a register, not of a month's list.
DatedDay = Annotated[date, BeforeValidator(lambda v: _day(v, None))]
YearMonth = Annotated[
    str,
    Field(max_length=7),
    BeforeValidator(lambda v: check_month(cells.text(v))),
    WithJsonSchema({"type": "string", "format": "month", "maxLength": 20}),
]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Count = Annotated[int, _in_cells(lambda v: cells.count(v, what=""))]  # of persons: 4, "4人"
Fen = Annotated[
    int, BeforeValidator(_fen), WithJsonSchema({"type": "integer", "minimum": 0, "format": "fen"})
]
Group = Annotated[  # "3组" is "03"
    str,
    Field(max_length=2),
    BeforeValidator(cells.group),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}$", "examples": ["03"]}),
]
IdNumber = Annotated[str, Field(max_length=18), BeforeValidator(cells.id_number)]
Identity = Annotated[cells.Identity, BeforeValidator(cells.identity)]  # or words why there is none
Phone = Annotated[  # a stroke or 无 is none
    str | None, BeforeValidator(_phone), WithJsonSchema({"type": "string", "format": "phone"})
]
PersonName = Annotated[str, Field(max_length=50), BeforeValidator(person_name)]
Causes = Annotated[tuple[RiskCause, ...], _in_cells(cells.causes)]  # the first is the primary one
Since = Annotated[values.Since, BeforeValidator(_since)]  # 9月初 in a cell, a day in a form
