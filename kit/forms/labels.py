"""What the fields of a route are called: the label stands on the field itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

from kit.forms.fields import kind_of
from schemas.event import Value

Loc = Sequence[int | str]
UNKNOWN, ADDRESS = "填写内容", "网页地址"


def label_of(owner: Any, loc: Loc) -> str:
    """The label of the field at this place of a request, "第3行的风险点" within a list of forms.
    A part without a label takes that of the whole.

    `owner`: the route, with a place as FastAPI says it ("body", "findings", 2, "risk_point"); or a
    form, with the place in it ("risk_point",).
    """
    row, (name, inner, rest) = "", _entry(owner, loc)
    for part in rest:
        kind = kind_of(inner)
        if isinstance(part, int):
            row = f"第{part + 1}行的" if kind.form else row
            continue
        info = kind.form.model_fields.get(part) if kind.form else None
        name = (info.title if info else None) or name
        inner = info.annotation if info else None
    return row + name


def _entry(owner: Any, loc: Loc) -> tuple[str, Any, Loc]:
    """Where the place begins: the label so far, the type there, and what of the place is left."""
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        return UNKNOWN, owner, loc
    where, *rest = loc or ("",)
    parameters = list(_parameters(owner, str(where)))
    if len(parameters) == 1 and kind_of(parameters[0].field_info.annotation).form:
        return UNKNOWN, parameters[0].field_info.annotation, rest
    unnamed = ADDRESS if where == "path" else UNKNOWN
    for parameter in parameters:
        if rest and parameter.alias == rest[0]:
            return parameter.field_info.title or unnamed, parameter.field_info.annotation, rest[1:]
    return unnamed, None, rest


def _parameters(route: Any, where: str) -> Iterator[Any]:
    """Those of the door, and of what it is handed."""
    dependants = [route.dependant] if hasattr(route, "dependant") else []
    while dependants:
        dependant = dependants.pop(0)
        yield from getattr(dependant, f"{where}_params", ())
        dependants += dependant.dependencies


def unlabelled(route: APIRoute) -> Iterator[str]:
    """The fields of body, form, query and path that have no label of their own, as
    "body.findings.risk_point". Fields of the address are asked of nobody and need none, nor do the
    parts of a `Value`.
    """
    for where in ("body", "query"):
        parameters = list(_parameters(route, where))
        alone = len(parameters) == 1
        for parameter in parameters:
            if (
                not (alone and kind_of(parameter.field_info.annotation).form)
                and not parameter.field_info.title
            ):
                yield f"{where}.{parameter.alias}"
            path = where if alone else f"{where}.{parameter.alias}"
            yield from _below(path, parameter.field_info.annotation, set())


def _below(path: str, annotation: Any, seen: set[Any]) -> Iterator[str]:
    form = kind_of(annotation).form
    if form is None or form in seen or issubclass(form, Value):
        return
    for name, info in form.model_fields.items():
        if not info.title:
            yield f"{path}.{name}"
        yield from _below(f"{path}.{name}", info.annotation, seen | {form})
