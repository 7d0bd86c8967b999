"""What every door's description says besides its own: how it refuses, and that an act may carry a
key.
"""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

READ = {
    401: "没有登录",
    403: "无权办理",
    404: "没有找到",
    409: "当前状态不能办理",
    422: "填写有误",
    429: "提交的太多",
    503: "暂时不能办理",
}
ACT = READ | {400: "没有收到", 408: "没有收完", 413: "内容太多", 415: "内容的种类不对"}
REFUSAL = {"$ref": "#/components/schemas/Problem"}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "一次办理的编号，例如一个UUID。一天之内再次提交同一编号，不会重复办理，得到的还是第一次的答复。",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


class WrongField(BaseModel):
    """One field that has to be mended."""

    field: str
    label: str
    reason: str


class Problem(BaseModel):
    """A refusal (RFC 9457): `detail` is a sentence for people."""

    type: str
    status: int
    title: str
    detail: str
    errors: list[WrongField] = []


def document(app: FastAPI) -> None:
    """Let the application's OpenAPI say it of every door."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(description: dict[str, Any]) -> None:
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    for ours in (Problem, WrongField):
        schema = ours.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[ours.__name__] = schema
    for librarys in ("HTTPValidationError", "ValidationError"):
        schemas.pop(librarys, None)
    for doors in description["paths"].values():
        for method, door in doors.items():
            reads = method == "get"
            for status, words in (READ if reads else ACT).items():
                door["responses"][str(status)] = {
                    "description": words,
                    "content": {"application/problem+json": {"schema": REFUSAL}},
                }
            if not reads:
                door.setdefault("parameters", []).append(KEY)
