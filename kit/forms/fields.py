"""What a form's fields are declared with, and what their declaration says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import chain
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.fields import FieldInfo

from rulebook.types import LONGEST
from schemas.codes import Coded

Widget = Literal[
    "checkboxes",
    "date",
    "hidden",
    "money",
    "month",
    "number",
    "password",
    "phone",
    "radio",
    "select",
    "text",
    "textarea",
    "tick",
]
KEY = "idempotency_key"  # stands in every form that a page posts (kit/web/idempotency.py)
# The format that a type of `rulebook.types` names in its JSON Schema, and how it is asked.
BY_FORMAT: dict[str, Widget] = {"fen": "money", "phone": "phone", "month": "month"}


class Form(BaseModel):
    """What somebody fills in. A field that the form does not have is an error; one that was left
    empty counts as not there: the default holds, or it is missing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        bare = {name: _bare(value) for name, value in data.items() if name != KEY}
        return {name: value for name, value in bare.items() if value != ""}


def _bare(value: Any) -> Any:
    """Without blanks at its ends, with the line breaks of a browser made simple."""
    if isinstance(value, str):
        return value.strip().replace("\r\n", "\n")
    if isinstance(value, list | tuple):
        return [item for item in map(_bare, value) if item != ""]
    return value


def field(
    label: str,
    default: Any = ...,
    *,
    hint: str = "",
    widget: Widget | None = None,
    columns: Sequence[str] = (),
    lines: int = 1,
    **limits: Any,
) -> Any:
    """One field. Without a default it must be filled in; `None` beside `X | None`: it may be empty.

    `widget`: another one than the type suggests; `columns`: what a workbook calls it, where that is
    not the label (the first is written, all are understood); `lines`: height of a text; `limits`:
    pydantic's (ge, le, max_length, pattern …).
    """
    extra: dict[str, Any] = {
        "x-widget": widget,
        "x-columns": list(columns),
        "x-lines": lines if lines > 1 else 0,
    }
    return Field(
        default,
        title=label,
        description=hint or None,
        json_schema_extra={name: value for name, value in extra.items() if value},
        **limits,
    )


def text(
    label: str, default: Any = ..., *, least: int = 0, most: int = LONGEST, **options: Any
) -> Any:
    """A text of `least` to `most` characters."""
    return field(label, default, max_length=most, min_length=least or None, **options)


def hidden(label: str, default: Any = ..., **options: Any) -> Any:
    """A field that the page fills in itself."""
    return field(label, default, widget="hidden", **options)


@dataclass(frozen=True)
class Kind:
    """A field's type without its wrapping: `type` is what one value is, `many` whether there may be
    several, `format` what a type of `rulebook.types` calls itself, `reads` whether it understands
    by itself what people write.
    """

    type: Any
    many: bool = False
    format: str = ""
    reads: bool = False

    @property
    def codes(self) -> type[Coded] | None:
        return self.type if isinstance(self.type, type) and issubclass(self.type, Coded) else None

    @property
    def form(self) -> type[BaseModel] | None:
        """The model of a nested form."""
        known = isinstance(self.type, type) and issubclass(self.type, BaseModel)
        return self.type if known else None


def kind_of(annotation: Any, metadata: Sequence[Any] = ()) -> Kind:
    """The kind behind `X | None`, `Annotated[X, …]`, `list[X]` and `tuple[X, …]`."""
    schemas = [item.json_schema or {} for item in metadata if isinstance(item, WithJsonSchema)]
    named = [str(schema.get("format", "")) for schema in schemas]
    kind = _kind(annotation)
    return replace(
        kind,
        format=next(filter(None, named), kind.format),
        reads=kind.reads or any(isinstance(item, BeforeValidator) for item in metadata),
    )


def _kind(annotation: Any) -> Kind:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind_of(parts[0], parts[1:])
    if origin in (Union, UnionType):
        types = [part for part in parts if part is not NoneType]
        return _kind(types[0]) if len(types) == 1 else Kind(annotation)
    if isinstance(origin, type) and issubclass(origin, Sequence) and parts:
        return replace(_kind(parts[0]), many=True)
    return Kind(annotation)


def kind_of_field(info: FieldInfo) -> Kind:
    return kind_of(info.annotation, info.metadata)


def constraints_of(annotation: Any) -> list[Any]:
    """What the type itself says of its values (MaxLen …), within `X | None` too."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return [constraint for part in parts for constraint in constraints_of(part)]
    if origin is not Annotated:
        return []
    limits = [item.metadata if isinstance(item, FieldInfo) else [item] for item in parts[1:]]
    return [*constraints_of(parts[0]), *chain.from_iterable(limits)]


def widget_of(info: FieldInfo) -> Widget:
    """How the field is asked: as it says itself, else as its type suggests."""
    widget, kind = extra(info, "x-widget"), kind_of_field(info)
    if widget:
        return widget
    if kind.many:
        return "checkboxes"
    if kind.format in BY_FORMAT:
        return BY_FORMAT[kind.format]
    if not isinstance(kind.type, type):
        return "text"
    if kind.type is bool:
        return "tick" if info.default is False else "radio"
    if issubclass(kind.type, Enum):
        return "select"
    if issubclass(kind.type, date):
        return "date"
    if issubclass(kind.type, int):
        return "number"
    return "textarea" if extra(info, "x-lines") else "text"


def extra(info: FieldInfo, name: str) -> Any:
    """What `field` noted beside pydantic's own; None when it did not."""
    return info.json_schema_extra.get(name) if isinstance(info.json_schema_extra, dict) else None


def columns_of(name: str, info: FieldInfo) -> list[str]:
    """What a workbook calls the field: the first is written, all are understood."""
    return extra(info, "x-columns") or [info.title or name]
