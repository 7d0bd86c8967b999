"""The rows of a workbook as forms: the same fields, the same limits, the same words.

    reader = RowReader(UnitForm, sheet, how.month)
    for row, unit in reader.good(report, _check):
        …

`_check(reading)` looks at what one form cannot know by itself (the database, the rows before) and
says what it has `against` a cell; all that is wrong with a row is said at once, each with its cell.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from kit.errors import Forbidden, Refused
from kit.forms.fields import Form, Kind, columns_of, kind_of_field
from kit.forms.refusals import Refusal, refusals
from kit.sheets import DANGEROUS, Refusals, Row, Sheet, SheetReport, heading

F = TypeVar("F", bound=Form)
BLANK = "空白表,已跳过"
_INVISIBLE = " \t\r\n\u00a0\u3000\u200b\u200e\ufeff"
_BETWEEN = re.compile(r"[、,，;；/\s]+")


class Reading(Generic[F]):
    """One row on its way to a form."""

    def __init__(self, reader: "RowReader[F]", row: Row) -> None:
        self.row, self._reader = row, reader
        self.reasons: list[tuple[str, str]] = []  # (column or "", reason)
        self._form: F | None = None
        self._cells = reader.cells(row)
        self._wrong: set[str] = set()
        try:
            self._form = reader.form.model_validate(self._cells, context=reader.context)
        except ValidationError as error:
            for one in error.errors():
                self._refuse(one["type"], *refusals([one], reader.form))

    def __getitem__(self, name: str) -> Any:
        """The field's value; None when it is empty or was refused."""
        if self._form is not None:
            return getattr(self._form, name)
        info = self._reader.form.model_fields[name]
        if name in self._wrong or name not in self._cells:
            return None if info.is_required() else info.get_default(call_default_factory=True)
        return self._reader.parse(name, self._cells[name])

    def against(self, name: str, reason: str) -> None:
        """Refuse the row for this field ("" for the row as a whole)."""
        column = self._reader.columns.get(name) or self._reader.titles.get(name, "")
        self.reasons.append((column, reason))

    def close(self) -> F:
        """The form; `Refusals` with every reason against it."""
        if self.reasons or self._form is None:
            raise Refusals(*self.reasons)
        return self._form

    def _refuse(self, type: str, one: Refusal) -> None:
        if one.field not in self._wrong:
            self._wrong.add(one.field)
            self.against(one.field, one.reason if type == "value_error" else self._reason(one))

    def _reason(self, one: Refusal) -> str:
        written = self._cells.get(one.field)
        if written is None and one.field:
            return f"没有填写{self._reader.titles.get(one.field, one.label)}"
        codes = self._reader.kinds[one.field].codes if one.field in self._reader.kinds else None
        if codes is None:
            return one.reason
        return f"“{written}”不在列表中；可填：{'、'.join(code.label for code in codes)}"


class RowReader(Generic[F]):
    """Reads the rows of one sheet. `month`: gives what a cell leaves out of a date.

    `Refused` when the sheet lacks the column of a field that must be filled in.
    """

    def __init__(self, form: type[F], sheet: Sheet, month: str) -> None:
        self.form, self.sheet, self.context = form, sheet, {"month": month}
        fields = form.model_fields
        self.titles = {name: columns_of(name, info)[0] for name, info in fields.items()}
        self.columns = {
            name: column
            for name, info in fields.items()
            if (column := _column(sheet, name, info)) is not None
        }
        self.kinds = {name: kind_of_field(info) for name, info in fields.items()}
        self._codes = {
            name: kind for name, kind in self.kinds.items() if kind.codes and not kind.reads
        }
        lacking = [
            self.titles[name]
            for name, info in fields.items()
            if info.is_required() and name not in self.columns
        ]
        if lacking:
            raise Refused(
                f"“{sheet.raw.title}”缺少这些列：{'、'.join(lacking)}。请补上后重新导入。"
            )

    @property
    def unread(self) -> list[str]:
        """Columns that the form does not know: their cells are taken nowhere."""
        known = {*self.columns.values(), *self.sheet.kind.header, *self.sheet.kind.optional, ""}
        return sorted(self.sheet.columns.keys() - known, key=lambda name: self.sheet.columns[name])

    def read(self, row: Row) -> Reading[F]:
        return Reading(self, row)

    def good(
        self, report: SheetReport, check: Callable[[Reading[F]], None] | None = None
    ) -> Iterator[tuple[Row, F]]:
        """The rows that can be taken, one after the other; the others are refused in the report,
        which also names the columns that nobody reads.
        """
        empty = True
        if self.unread:
            report.notes.append(f"这些列本系统不认识，没有导入：{'、'.join(self.unread)}")
        for row in self.sheet.stream():
            empty, reading = False, self.read(row)
            if check:
                try:
                    check(reading)
                except Forbidden:
                    raise  # the whole sheet, not its rows
                except Refused as refused:
                    reading.against("", str(refused))
            if reading.reasons:
                report.refused += self.sheet.refuse(row, *reading.reasons)
            else:
                yield row, reading.close()
        if empty:
            report.notes.append(BLANK)

    def cells(self, row: Row) -> dict[str, Any]:
        """The form's fields as they stand in the row, without those left empty."""
        found = {name: _seen(row.cells.get(column)) for name, column in self.columns.items()}
        for name, kind in self._codes.items():
            if isinstance(found.get(name), str):
                found[name] = _chosen(found[name], kind)
        return {name: value for name, value in found.items() if value not in ("", None, [])}

    def parse(self, name: str, cell: Any) -> Any:
        """One field by itself, of a row that has others refused."""
        return self._adapters[name].validate_python(cell, context=self.context)

    @cached_property
    def _adapters(self) -> dict[str, TypeAdapter[Any]]:
        types: dict[str, Any] = {
            name: Annotated[info.annotation, info] for name, info in self.form.model_fields.items()
        }
        return {name: TypeAdapter(one) for name, one in types.items()}


def _column(sheet: Sheet, name: str, info: FieldInfo) -> str | None:
    """What the sheet calls the field."""
    return next((one for one in map(heading, columns_of(name, info)) if one in sheet.columns), None)


def _seen(cell: Any) -> Any:
    """A text without blanks around it, and without the apostrophe of our own workbooks."""
    if not isinstance(cell, str):
        return cell
    bare = cell.strip(_INVISIBLE)
    return bare[1:] if bare[:1] == "'" and bare[1:].startswith(DANGEROUS) else bare


def _chosen(written: str, kind: Kind) -> Any:
    """The codes of the labels in the cell; where one is no label the cell stays, to be refused as it
    is written.
    """
    codes = {member.label: member.value for member in kind.codes or ()}
    if not kind.many:
        return codes.get("".join(written.split()), written)
    labels = [label for label in _BETWEEN.split(written) if label]
    return [codes[label] for label in labels] if codes.keys() >= set(labels) else written
