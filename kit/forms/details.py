"""What was filled in, read again: the fields of a form with the words of a row that keeps them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from kit.forms.fields import Kind, kind_of_field, widget_of
from kit.forms.filling import options_of, written


def details(
    row: Any, form: type[BaseModel], without: Sequence[str] = (), empty: str = ""
) -> list[tuple[str, str | date]]:
    """Label and words of each field, in the form's order; a day stays a day, to be shown as the
    page shows days. The row has an attribute for every field but those `without` and the hidden
    ones (`AttributeError`). What is empty is left out, or said as `empty`.
    """
    fields = {
        name: info
        for name, info in form.model_fields.items()
        if name not in without and widget_of(info) != "hidden"
    }
    pairs = [
        (info.title or name, _words(getattr(row, name), kind_of_field(info)) or empty)
        for name, info in fields.items()
    ]
    return [(label, words) for label, words in pairs if words]


def _words(value: Any, kind: Kind) -> str | date:
    if isinstance(value, date):
        return value
    labels = options_of(kind)
    return "、".join(labels.get(text, text) for text in written(value, kind))
