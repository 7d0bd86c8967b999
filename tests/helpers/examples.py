"""Something that fits a door's body as far as its schema says, with the ids that a test gives."""

from collections.abc import Callable
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema

# Fields that name a row or a place; of others only what must be there is sent.
NAMING = {
    *("id", "ids", "file", "files", "household", "case", "finding", "number", "order", "line"),
    *("village", "group", "township", "unit", "helper", "team", "department", "division", "code"),
    *("keep", "into", "need", "notice", "posts", "place", "role"),
}
Known = Callable[[str], str]  # a field's name → what is sent in it


def example(
    schema: dict[str, Any], name: str, known: Known, root: dict[str, Any], *, whole: bool = False
) -> Any:
    """Something that fits a JSON schema as far as it says; `whole`: optional fields too."""
    if "$ref" in schema:
        return example(
            root["$defs"][schema["$ref"].rpartition("/")[2]], name, known, root, whole=whole
        )
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example(schema[several][0], name, known, root, whole=whole)
    if "enum" in schema or "const" in schema:
        if known(name) in schema.get("enum", ()):
            return known(name)
        return schema.get("const", (schema.get("enum") or [None])[0])
    match schema.get("type"):
        case "object":
            return {
                key: example(one, key, known, root, whole=whole)
                for key, one in schema.get("properties", {}).items()
                if whole or key in schema.get("required", ()) or key in NAMING
            }
        case "array":
            return [
                example(schema.get("items", {}), name.removesuffix("s"), known, root, whole=whole)
            ]
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
    dates = {"date": "2026-09-10", "date-time": "2026-09-10T09:00:00+08:00"}
    return dates.get(schema.get("format", "")) or known(name)


def body_of(route: Any, known: Known, *, whole: bool = False) -> Any:
    """What a program or a page would send to the route; None where it takes nothing."""
    field = getattr(route, "body_field", None)
    if field is None:
        return None
    wanted = field.field_info.annotation
    if type(None) in get_args(wanted):
        wanted = get_args(wanted)[0]
    try:
        schema = TypeAdapter(wanted).json_schema()
    except PydanticInvalidForJsonSchema as error:
        raise LookupError(f"no body can be made for {route.name}") from error
    return example(schema, "", known, schema, whole=whole)
