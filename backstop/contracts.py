"""Contracts as files: a JSON Schema and a golden example per event type, and whether a change of
them would break a reader. The AsyncAPI document: backstop/asyncapi.py.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import schemas
import schemas.access
import schemas.casework
import schemas.county
import schemas.department
import schemas.dispatch
import schemas.unit
import schemas.village
from schemas.event import Event
from schemas.texts import in_clear

EXAMPLE_KEY = bytes(range(32))  # seals the examples, and nothing else
FOLDER = Path(next(iter(schemas.__path__))) / "json"
EXAMPLES: dict[str, Any] = {
    "household": "019a0000-0000-7000-8000-000000000001",
    "case": "019a0000-0000-7000-8000-000000000002",
    "order": "019a0000-0000-7000-8000-000000000003",
    "finding": "019a0000-0000-7000-8000-000000000004",
    "visit": "019a0000-0000-7000-8000-000000000005",
    "need": "019a0000-0000-7000-8000-000000000006",
    "meeting": "019a0000-0000-7000-8000-000000000007",
    "decision": "019a0000-0000-7000-8000-000000000008",
    "item": "019a0000-0000-7000-8000-000000000009",
    "village": "990121100201",
    "township": "990121100000",
    "county": "990121000000",
    "division": "990121100201",
    "parent": "990121100000",
    "place": "990121100000",
    "group": "01",
    "month": "2026-09",
    "unit": "U001",
    "helper": "U001-02",
    "team": "D1",
    "department": "housing",
    "number": "DQ-990121-202609-0001",
    "name": "石桥村",
    "id_hash": "6f1d" * 16,
    "sha256": "9a0b" * 16,
    "text": "限期解决",
    "reason": "情况说明",
    "question": "是否符合危房改造条件？",
    "explanation": "已入户鉴定",
    "lead": True,
    "code": "wrong_state",
    "gap_item": "HOUSING_UNSAFE",
    "state": "under_way",
    "provisional": "solve",
    "issued_by": "县委农村工作领导小组",
    "head_name": "陈红",
    "account": "019a0000-0000-7000-8000-00000000000a",
    "id": "019a0000-0000-7000-8000-00000000000b",
    "session": "019a0000-0000-7000-8000-00000000000c",
    "key": "access-2026-09-01",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "deputy_for": "019a0000-0000-7000-8000-00000000000d",
    "active": True,
    "valid_from": "2026-09-01T01:00:00Z",
    "valid_until": "2026-12-01T01:00:00Z",
    "id_number": "990121197001010015",
    "person_name": "陈小宝",
    "person_id_number": "990121201001010014",
    "village_name": "石桥村",
    "phone": "16000000001",
    "risk_point": "屋顶漏雨",
    "contact": "周某（县审计局）",
    "clock": "report",
    "what": "退回未同意，仍由贵单位办理，原时限不变",
    "title": "DQ-990121-202609-0001 石桥村 逾期未反馈",
    "post": "乡镇长",
    "reply": "department.order.reported.v1",
    "part": 0,
    "reply_id": "019a0000-0000-7000-8000-00000000000a",
    "sentence": "已受理。",
    "handler": "H-07",
    "proposed": "natural-resources",
    "identification": "019a0000-0000-7000-8000-00000000000e",
    "pack": "default@1.0.0#c89ae7abd244",
    "identifications": "019a0000-0000-7000-8000-00000000000e",
    "announcement": "019a0000-0000-7000-8000-00000000000f",
    "risk": "019a0000-0000-7000-8000-000000000010",
    "national_number": "9901210000001",
    "imported": "019a0000-0000-7000-8000-000000000011",
    "identified": "2026-01",
    "eliminated_in": "2026-08",
    "cause": "ILLNESS",
    "gone": "019a0000-0000-7000-8000-000000000001",
}


def contracts() -> dict[str, type[Event]]:
    """Every event type that crosses a border, by name."""
    return {
        name: event
        for name, event in sorted(Event.known.items())
        if event.__module__.startswith("schemas.")
    }


def schema(event: type[Event]) -> dict[str, Any]:
    """The type's JSON Schema; what a sealed field holds is the `contentSchema` of the field."""
    whole, words = event.model_json_schema(), dict[str, Any]()
    whole = _named(whole, words)
    if words:
        whole["$defs"] = whole.get("$defs", {}) | words
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": event.type} | whole


def _named(part: Any, words: dict[str, Any]) -> Any:
    """The same with each sealed content in `words`, by its name: it stands once."""
    if isinstance(part, list):
        return [_named(item, words) for item in part]
    if not isinstance(part, dict):
        return part
    part = {key: _named(value, words) for key, value in part.items()}
    if content := part.get("contentSchema"):
        words[content["title"]] = content
        part["contentSchema"] = {"$ref": f"#/$defs/{content['title']}"}
    return part


def example(event: type[Event]) -> dict[str, Any]:
    """One valid body of this type, the same every time, checked against the model."""
    root = event.model_json_schema()
    body, said = in_clear(event.model_validate(_value(root, root, "")))
    return body | ({"words": _sealed(said)} if "words" in body else {})


def _value(part: dict[str, Any], root: dict[str, Any], name: str) -> Any:
    if "$ref" in part:
        return _value(root["$defs"][part["$ref"].rsplit("/", 1)[1]], root, name)
    if "examples" in part:
        return _chosen(name, part["examples"])
    if "contentSchema" in part:
        return _sealed(_value(part["contentSchema"], root, ""))
    if "anyOf" in part:
        return _value(part["anyOf"][0], root, name)
    if "const" in part or "enum" in part:
        return _chosen(name, part.get("enum") or [part["const"]])
    match part.get("type"):
        case "object":
            return {key: _value(value, root, key) for key, value in part["properties"].items()}
        case "array":
            return [_value(part["items"], root, name.removesuffix("s"))]
        case "integer":
            return max(int(part.get("minimum", 0)), 1)
        case "boolean":
            return bool(part.get("default", EXAMPLES.get(name, False)))
    if part.get("format") == "date":
        return "2026-09-18"
    return EXAMPLES.get(name, name or "text")


def _chosen(name: str, values: list[Any]) -> Any:
    given = EXAMPLES.get(name)
    return given if given in values else values[0]


def _sealed(words: Any) -> str:
    """A compact JWE as `kit.seal` makes it, under the key that everybody knows, the same every
    time: whoever builds a reader tries it on this.
    """
    header = _base64url(json.dumps({"alg": "dir", "enc": "A256GCM", "kid": "example"}).encode())
    vector, text = bytes(12), json.dumps(words, ensure_ascii=False).encode()
    whole = AESGCM(EXAMPLE_KEY).encrypt(vector, text, header)
    return b".".join((header, b"", *map(_base64url, (vector, whole[:-16], whole[-16:])))).decode()


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def files() -> Iterator[tuple[Path, str]]:
    """The files of every event type, and their text."""
    for name, event in contracts().items():
        yield FOLDER / f"{name}.schema.json", text(schema(event))
        yield FOLDER / "examples" / f"{name}.json", text(example(event))


def breaking(old: dict[str, Any], new: dict[str, Any], at: str = "") -> list[str]:
    """What in `new` a reader of `old` could not bear: a field gone or retyped, a new required one,
    a narrowed enum. A list of codes may be opened: who reads it has to bear a new code either way.
    """
    breaks: list[str] = []
    for name, definition in (old.get("$defs") or {}).items():
        now = (new.get("$defs") or {}).get(name)
        breaks += (
            [f"{at}{name}: gone"] if now is None else breaking(definition, now, f"{at}{name}.")
        )
    for name, field in (old.get("properties") or {}).items():
        now = (new.get("properties") or {}).get(name)
        if now is None:
            breaks.append(f"{at}{name}: removed")
        elif _shape(field) != _shape(now):
            breaks.append(f"{at}{name}: retyped")
    breaks += [
        f"{at}{name}: newly required"
        for name in set(new.get("required", ())) - set(old.get("required", ()))
    ]
    if "enum" in new and "enum" not in old:
        breaks.append(f"{at}enum: closed")
    still = new.get("enum", new.get("examples", ()))  # an opened list names what it had as examples
    breaks += [f"{at}enum: {gone} is gone" for gone in set(old.get("enum", ())) - set(still)]
    return breaks


# What of a field narrows nothing: words about it, and which words a sealed text holds, whose own
# shape is compared as a definition.
WORDS = {
    "title",
    "description",
    "default",
    "enum",
    "examples",
    "deprecated",
    "contentMediaType",
    "contentSchema",
}
# The one narrowing allowed: what nobody could carry was no message (BH-01).
LIMITS = {"maxLength", "maximum"}


def _shape(field: dict[str, Any]) -> Any:
    """A field's type without its words, default and limits."""

    def bare(part: Any) -> Any:
        if isinstance(part, list):
            return [bare(item) for item in part]
        if not isinstance(part, dict):
            return part
        return {key: bare(part[key]) for key in part.keys() - WORDS - LIMITS}

    return json.dumps(bare(field), sort_keys=True)


def text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
