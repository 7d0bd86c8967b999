"""A form as its page shows it: every field with its value, and after a refusal with what was typed
and what is wrong with it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kit.forms.attempt import Attempt, attempt_of
from kit.forms.fields import Kind, Widget, constraints_of, extra, kind_of_field, widget_of
from rulebook.types import LONGEST

YES_NO = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class Asked:
    """One field as the macro `field` of forms.html shows it. `options`: value → label; `values`:
    those that stand in it; `coded`: its choices are codes, labelled by us and not by rows; `error`:
    the reason why it was refused.
    """

    name: str
    id: str
    label: str
    hint: str
    widget: Widget
    needed: bool
    values: Sequence[str]
    options: Mapping[str, str]
    limits: Mapping[str, Any]  # attributes of the input: maxlength, min, max, rows
    coded: bool = False
    error: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class Filled:
    """A form on its page: `form["risk_point"]` is one field, iterated it gives all, hidden ones
    too. After a refusal `refusal` says what is wrong with it as a whole and `errors` are the fields
    that have to be mended.
    """

    to: str
    fields: Mapping[str, Asked]
    refusal: str = ""

    def __getitem__(self, name: str) -> Asked:
        return self.fields[name]

    def __iter__(self) -> Iterator[Asked]:
        return iter(self.fields.values())

    @property
    def errors(self) -> list[Asked]:
        return [field for field in self if field.error]


def fill(
    request: Request,
    form: type[BaseModel],
    to: str,
    values: Mapping[str, Any] | BaseModel | None = None,
    *,
    options: Mapping[str, Mapping[str, str]] | None = None,
    widgets: Mapping[str, Widget] | None = None,
    without: Sequence[str] = (),
    needed: Sequence[str] = (),
    id: str = "",
) -> Filled:
    """The form that is sent to `to`, filled in with `values`; or with what was typed, when this
    very form was just refused.

    `options`: choices that only the database knows (field → value → label); `widgets`: another one
    than the form says, for this page; `without`: fields that this page does not ask; `needed`:
    fields that must be filled in on this page, though not in every form; `id`: begins the ids of
    the inputs, where several forms of a page go to the same place. Of those, the one whose hidden
    fields agree is meant by a refusal.
    """
    initial = dict(values) if isinstance(values, BaseModel) else dict(values or {})
    shown = {
        name: _asked(
            name, info, id or to, initial.get(name, ...), (options or {}).get(name), (widgets or {})
        )
        for name, info in form.model_fields.items()
        if name not in without
    }
    shown |= {name: replace(shown[name], needed=True) for name in needed}
    attempt = attempt_of(request)
    if attempt is None or not _is_this(attempt, to, shown):
        return Filled(to, shown)
    attempt.shown = True
    return Filled(
        to, {name: _typed(field, attempt) for name, field in shown.items()}, attempt.detail
    )


def _is_this(attempt: Attempt, to: str, shown: Mapping[str, Asked]) -> bool:
    return attempt.to == to.partition("?")[0] and all(
        attempt.typed.get(field.name, []) == list(field.values)
        for field in shown.values()
        if field.widget == "hidden" and field.value
    )


def _typed(field: Asked, attempt: Attempt) -> Asked:
    """A password is typed again: no page carries one."""
    typed = [] if field.widget == "password" else attempt.typed.get(field.name, [])
    return replace(field, values=typed, error=attempt.reasons.get(field.name, ""))


def _asked(
    name: str,
    info: FieldInfo,
    form_id: str,
    value: Any,
    options: Mapping[str, str] | None,
    widgets: Mapping[str, Widget],
) -> Asked:
    kind, widget = kind_of_field(info), widgets.get(name) or widget_of(info)
    if value is ...:
        value = None if info.is_required() else info.get_default(call_default_factory=True)
    if options is not None and widget == "text":
        widget = "select"
    return Asked(
        name=name,
        id=re.sub(r"\W+", "-", f"{form_id} {name}").strip("-"),
        label=info.title or name,
        hint=info.description or "",
        widget=widget,
        needed=info.is_required(),
        values=written(value, kind),
        options=options_of(kind) if options is None else options,
        limits=_limits(info, kind, widget),
        coded=bool(kind.codes),
    )


def options_of(kind: Kind) -> Mapping[str, str]:
    """The choices that follow from the type: value → label."""
    if kind.codes:
        return {code.value: code.label for code in kind.codes}
    return YES_NO if kind.type is bool else {}


def written(value: Any, kind: Kind) -> list[str]:
    """The value as an input holds it; several for a field of several."""
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple | set):
        return [text for item in value for text in written(item, kind)]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, int) and kind.format == "fen":
        return [f"{value // 100}.{value % 100:02}"]
    if isinstance(value, date):
        return [value.isoformat()]
    return [str(value.value if isinstance(value, Enum) else value)]


def _limits(info: FieldInfo, kind: Kind, widget: Widget) -> dict[str, Any]:
    limits = {
        name: getattr(constraint, name)
        for constraint in (*constraints_of(info.annotation), *info.metadata)
        for name in ("min_length", "max_length", "ge", "le")
        if hasattr(constraint, name)
    }
    attributes: dict[str, Any] = {}
    if widget in ("text", "textarea", "password"):
        attributes["maxlength"] = limits.get("max_length", LONGEST)
    if widget == "textarea":
        attributes["rows"] = extra(info, "x-lines") or 2
    if widget == "number":
        attributes |= {"min": limits.get("ge"), "max": limits.get("le")}
    return {name: value for name, value in attributes.items() if value is not None}
