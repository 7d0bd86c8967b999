"""The doors for programs, described: a page that is drawn here and loads nothing from elsewhere, and
the OpenAPI document for tools. Who programs against them, and who keeps them; no stranger.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from kit.policy import Action, Policy, allow, anywhere
from kit.web.depends import Who
from kit.web.pages import page
from rulebook.readers import PROGRAMMERS

_READ = Action("查看接口说明", allow(*PROGRAMMERS, to=anywhere))
policy = Policy(api_docs=_READ, api_description=_READ)
router = policy.router(include_in_schema=False)


@dataclass(frozen=True)
class Field:
    """One value that a door takes or answers: `type` as people read it, `schema` where it has a
    description of its own.
    """

    name: str
    type: str
    schema: str
    needed: bool
    about: str


@dataclass(frozen=True)
class Described:
    """One door."""

    method: str
    path: str
    title: str
    about: str
    parameters: list[Field]
    takes: Field | None
    gives: Field | None


@router.get("/openapi.json")
def api_description(request: Request, actor: Who) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def api_docs(request: Request, actor: Who) -> Response:
    described = request.app.openapi()
    schemas = {
        name: list(_fields(schema)) for name, schema in described["components"]["schemas"].items()
    }
    return page(request, "api.html", doors=list(_doors(described)), schemas=schemas)


def _doors(described: Mapping[str, Any]) -> Iterator[Described]:
    for path, methods in described["paths"].items():
        for method, door in methods.items():
            done = min(door["responses"].items())[1]  # the lowest status is what it answers
            yield Described(
                method.upper(),
                path,
                door.get("summary", ""),
                door.get("description", ""),
                [
                    _field(one["name"], one.get("schema", {}), one.get("required"), one)
                    for one in door.get("parameters", ())
                ],
                _body(door.get("requestBody", {})),
                _body(done),
            )


def _body(said: Mapping[str, Any]) -> Field | None:
    for kind, content in said.get("content", {}).items():
        return _field(kind, content.get("schema", {}), True, {})
    return None


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    needed = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        yield _field(name, one, name in needed, one)
    if codes := schema.get("enum"):
        yield Field("、".join(map(str, codes)), "代码", "", True, schema.get("description", ""))


def _field(name: str, schema: Mapping[str, Any], needed: Any, said: Mapping[str, Any]) -> Field:
    about = said.get("description") or schema.get("description") or schema.get("title") or ""
    return Field(name, _type(schema), _schema(schema), bool(needed), about)


def _type(schema: Mapping[str, Any]) -> str:
    """E.g. `string (date)`, `[Order]`, `string | null`."""
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(map(_type, choices))
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    form = schema.get("format") or schema.get("pattern") or ""
    return f"{schema.get('type', '')} ({form})" if form else str(schema.get("type", ""))


def _schema(schema: Mapping[str, Any]) -> str:
    """The first of its own description that a schema names, if any."""
    inner = [schema, schema.get("items", {}), *schema.get("anyOf", ())]
    named = [str(one["$ref"]).rpartition("/")[2] for one in inner if "$ref" in one]
    return named[0] if named else ""
