"""The rows of a workbook as forms: the same fields, the same limits, the same words.

    reader = RowReader(UnitForm, sheet, how.month)
    for row, unit in reader.good(report, _check):
        …

`_check(reading)` looks at what one form cannot know by itself (the database, the rows before) and
says what it has `against` a cell; all that is wrong with a row is said at once, each with its cell.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from kit.errors import Forbidden, Refused
from kit.forms.fields import Form, Kind, columns_of, kind_of_field
from kit.forms.refusals import refusals
from kit.sheets.cells import DANGEROUS, wrong_formula
from kit.sheets.lines import heading
from kit.sheets.sheet import Refusals, Row, Sheet, SheetReport
from rulebook.cells import phone_and_more

F = TypeVar("F", bound=Form)
NAMED = 20  # rows that a note lists
WORDS = 20_000  # of one column, remembered at most
BLANK = "空白表，已跳过"
_INVISIBLE = " \t\r\n\u00a0\u3000\u200b\u200e\ufeff"
_BETWEEN = re.compile(r"[、,，;；/\s]+")


class Reading(Generic[F]):
    """One row on its way to a form. Each field is read by itself, so that those that are good can
    be looked at while others are refused: `reading["since"]`, None where it was refused; `values`
    has those that are good.
    """

    def __init__(self, reader: "RowReader[F]", row: Row) -> None:
        self.row, self._reader = row, reader
        self.reasons: list[tuple[str, str]] = []  # (column or "", reason)
        self.values = dict(reader.given)
        values, cells = self.values, row.cells
        for field in reader.fields:
            cell = cells.get(field.column)
            if cell in field.known:  # as nearly every cell of a long sheet
                values[field.name] = field.known[cell]
                continue
            try:
                values[field.name] = field.read(cell)
            except ValidationError as error:
                self.against(field.name, field.reason(error, cell))
        # A form with an opinion of its own says it now, beside those of its fields.
        self._form = self._made() if reader.judges and not self.reasons else None

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def against(self, name: str, reason: str) -> None:
        """Refuse the row for this field ("" for the row as a whole)."""
        self.reasons.append((self._reader.columns.get(name, ""), reason))

    def close(self) -> F:
        """The form; `Refusals` with every reason against it."""
        if self.reasons:
            raise Refusals(*self.reasons)
        return self._form or self._reader.form.model_construct(**self.values)

    def _made(self) -> F | None:
        form = self._reader.form
        try:
            return form.model_validate(self.values)
        except ValidationError as error:
            for refusal in refusals(error.errors(), form):
                self.against(refusal.field, refusal.reason)
            return None


class FieldReader:
    """One column as one field. A word that comes again was understood already."""

    def __init__(self, name: str, column: str, info: FieldInfo, context: dict[str, Any]) -> None:
        self.name, self.column, self._context = name, column, context
        self._kind, self._info = kind_of_field(info), info
        typed: Any = Annotated[info.annotation, info]
        self._validate = TypeAdapter(typed).validator.validate_python  # without a frame of its own
        self.is_phone = self._kind.format == "phone"
        self._by_label = self._kind.codes is not None and not self._kind.reads
        self.known = dict[Any, Any]()  # a text of a cell, or None: no cell -> what it says

    def read(self, cell: Any) -> Any:
        """The field's value; pydantic's `ValidationError` when there is none."""
        if cell is not None and type(cell) is not str:
            return self._validate(cell, context=self._context)
        seen = _seen(cell) if cell else ""
        if cell and (wrong := wrong_formula(cell)):
            raise ValidationError.from_exception_data(
                self.name,
                [{"type": "value_error", "input": cell, "ctx": {"error": ValueError(wrong)}}],
            )
        value = self._understood(seen) if seen else self._empty()
        if len(self.known) < WORDS:
            self.known[cell] = value
        return value

    def _understood(self, written: str) -> Any:
        value = _chosen(written, self._kind) if self._by_label else written
        return self._validate(value, context=self._context)

    def _empty(self) -> Any:
        if self._info.is_required():
            raise ValidationError.from_exception_data(
                self.name, [{"type": "missing", "loc": (), "input": None}]
            )
        return self._info.get_default(call_default_factory=True)

    def reason(self, error: ValidationError, cell: Any) -> str:
        first = error.errors()[0]
        if first["type"] == "missing":
            return f"没有填写{self.column}"
        if first["type"] == "value_error" or self._kind.codes is None:
            return refusals([first], None)[0].reason
        labels = "、".join(code.label for code in self._kind.codes)
        return f"“{cell}”不在列表中；可填：{labels}"


class RowReader(Generic[F]):
    """Reads the rows of one sheet. `month`: gives what a cell leaves out of a date; `given`: values
    of fields that the sheet says as a whole, or whoever hands it over.

    `Refused` when the sheet lacks the column of a field that must be filled in.
    """

    def __init__(
        self, form: type[F], sheet: Sheet, month: str, given: Mapping[str, Any] = {}
    ) -> None:
        self.form, self.sheet, self.given = form, sheet, given
        fields = {name: info for name, info in form.model_fields.items() if name not in given}
        columns = {name: _column(sheet, name, info) for name, info in fields.items()}
        lacking = [
            columns_of(name, info)[0]
            for name, info in fields.items()
            if info.is_required() and columns[name] is None
        ]
        if lacking:
            raise Refused(
                f"“{sheet.raw.title}”缺少这些列：{'、'.join(lacking)}。请补上后重新导入。"
            )
        self.columns = {name: column for name, column in columns.items() if column is not None}
        context = {"month": month, "epoch": sheet.raw.epoch}
        self.fields = [
            FieldReader(name, self.columns.get(name, ""), info, context)
            for name, info in fields.items()
        ]
        decorators = form.__pydantic_decorators__
        # Whether the form has an opinion of its own, beyond those of its fields.
        self.judges = bool(decorators.field_validators or len(decorators.model_validators) > 1)

    @property
    def unread(self) -> list[str]:
        """Columns that the form does not know: their cells are taken nowhere."""
        known = {*self.columns.values(), *self.sheet.kind.header, *self.sheet.kind.optional, ""}
        return sorted(self.sheet.columns.keys() - known, key=lambda name: self.sheet.columns[name])

    def note_unread(self, report: SheetReport) -> None:
        """Say in the report which columns nobody reads."""
        if self.unread:
            report.notes.append(f"这些列本系统不认识，没有导入：{'、'.join(self.unread)}")

    def read(self, row: Row) -> Reading[F]:
        return Reading(self, row)

    def beside_phone(self, row: Row) -> str:
        """What stands in a telephone's cell besides the first number (F-29)."""
        said = (row[field.column] for field in self.fields if field.is_phone)
        beside = (
            phone_and_more(cell)[1] for cell in said if type(cell) is str and not cell.isdecimal()
        )
        return "、".join(filter(None, beside))

    def note_phones(self, report: SheetReport, rows: Sequence[int]) -> None:
        """Say in whose rows a telephone's cell says more than is kept."""
        if rows:
            numbers = "、".join(map(str, rows[:NAMED]))
            more = f"等{len(rows)}行" if len(rows) > NAMED else "行"
            report.notes.append(f"第{numbers}{more}的联系电话只记了第一个号码，请核对。")

    def good(
        self,
        report: SheetReport,
        check: Callable[[Reading[F]], None] | None = None,
        rows: Iterable[Row] | None = None,
    ) -> Iterator[tuple[Row, F]]:
        """The rows that can be taken, one after the other; the others are refused in the report,
        which also names the columns that nobody reads. `rows`: only these, where a sheet has lines
        that are no rows of the form (零报告).
        """
        empty, phones = True, list[int]()
        self.note_unread(report)
        for row in self.sheet.stream() if rows is None else rows:
            empty, reading = False, self.read(row)
            if check:
                try:
                    check(reading)
                except Forbidden:
                    raise  # the whole sheet, not its rows
                except Refused as refused:
                    reading.against("", str(refused))
            if reading.reasons:
                report.refuse(self.sheet.refuse(row, *reading.reasons))
            else:
                if self.beside_phone(row):
                    phones.append(row.number)
                yield row, reading.close()
        self.note_phones(report, phones)
        if empty:
            report.notes.append(BLANK)


def aliases(form: type[Form]) -> dict[str, tuple[str, ...]]:
    """What others call the columns of such a sheet (`SheetKind.also`), as its fields say it."""
    columns = (columns_of(name, info) for name, info in form.model_fields.items())
    return {heading(first): tuple(map(heading, others)) for first, *others in columns if others}


def _column(sheet: Sheet, name: str, info: FieldInfo) -> str | None:
    """What the sheet calls the field."""
    return next(
        (title for title in map(heading, columns_of(name, info)) if title in sheet.columns), None
    )


def _seen(cell: str) -> str:
    """Without blanks around it, and without the apostrophe of our own workbooks."""
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
