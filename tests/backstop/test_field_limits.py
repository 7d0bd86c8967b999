"""One limit a field, at every door (F-21): what a person or a program may write is declared with the
field's type, and is far below what a sealed field and an event carry.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import NAMES

# A code has its list; a cell's limit is that of the field it is read as.
LISTED = {"enum", "const", "pattern", "maxLength", "examples"}
FORMATS = {"date", "date-time", "binary", "phone", "uuid"}
CELLS = "RawSheet.rows[][]"


def endless(spec: dict[str, Any], schema: Any, at: str, seen: set[str]) -> Iterator[str]:
    """Where in a schema a text has no limit: `Model.field`, each model once."""
    if ref := schema.get("$ref"):
        if ref in seen:
            return
        seen.add(ref)
        target: Any = spec
        for step in ref.removeprefix("#/").split("/"):
            target = target[step]
        at, schema = ref.rpartition("/")[2], target
    known = LISTED & schema.keys() or schema.get("format") in FORMATS
    if schema.get("type") == "string" and not known:
        yield at
    for name, inner in schema.get("properties", {}).items():
        yield from endless(spec, inner, f"{at}.{name}", seen)
    for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for inner in schema.get(word, ()):
            yield from endless(spec, inner, at, seen)
    for inner, mark in ((schema.get("items"), "[]"), (schema.get("additionalProperties"), "{}")):
        if isinstance(inner, dict):
            yield from endless(spec, inner, at + mark, seen)


@pytest.mark.parametrize("name", NAMES)
def test_f_21_every_text_that_a_door_takes_has_a_limit(client, name):
    spec, seen = client(name).app.openapi(), set[str]()
    found = set[str]()
    for path, methods in spec["paths"].items():
        for method, door in methods.items():
            for content in door.get("requestBody", {}).get("content", {}).values():
                found |= {*endless(spec, content.get("schema", {}), f"{method} {path}", seen)}
            for asked in door.get("parameters", ()):
                if asked["in"] != "path":  # of a path: an id that is looked up
                    where = f"{method} {path}?{asked['name']}"
                    found |= {*endless(spec, asked["schema"], where, seen)}
    assert found <= {CELLS}, f"no limit: {sorted(found - {CELLS})}"
