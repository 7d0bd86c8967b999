"""Contracts as files: a JSON Schema and a golden example per event type, and an AsyncAPI 3
document.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemas
import schemas.county
import schemas.department
import schemas.dispatch
import schemas.unit
import schemas.village
from schemas.event import Event
from schemas.texts import in_clear

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
    "sealed": "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..iv.text.tag",
    "words": "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..iv.text.tag",
    "id_hash": "6f1d" * 16,
    "sha256": "9a0b" * 16,
    "text": "限期解决",
    "reason": "情况说明",
    "question": "是否符合危房改造条件？",
    "explanation": "已入户鉴定",
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
}
CLOUDEVENT: dict[str, Any] = {  # the headers of every record
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "examples": ["/backstop/990121000000/village"]},
        "ce_subject": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"const": "application/json"},
    },
}


def contracts() -> dict[str, type[Event]]:
    """Every event type that crosses a border, by name."""
    return {
        name: event
        for name, event in sorted(Event.known.items())
        if event.__module__.startswith("schemas.")
    }


def schema(event: type[Event]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": event.type,
    } | event.model_json_schema()


def example(event: type[Event]) -> dict[str, Any]:
    """One valid body of this type, the same every time, checked against the model."""
    root = event.model_json_schema()
    body, _ = in_clear(event.model_validate(_value(root, root, "")))
    return body


def _value(part: dict[str, Any], root: dict[str, Any], name: str) -> Any:
    if "$ref" in part:
        return _value(root["$defs"][part["$ref"].rsplit("/", 1)[1]], root, name)
    if "examples" in part:
        return part["examples"][0]
    if "anyOf" in part:
        return _value(part["anyOf"][0], root, name)
    if "const" in part or "enum" in part:
        return part.get("const") or part["enum"][0]
    match part.get("type"):
        case "object":
            return {key: _value(value, root, key) for key, value in part["properties"].items()}
        case "array":
            return [_value(part["items"], root, name.removesuffix("s"))]
        case "integer":
            return max(int(part.get("minimum", 0)), 1)
        case "boolean":
            return bool(part.get("default", False))
    if part.get("format") == "date":
        return "2026-09-18"
    return EXAMPLES.get(name, name or "text")


def files() -> Iterator[tuple[Path, str]]:
    """Every contract file and its text."""
    for name, event in contracts().items():
        yield FOLDER / f"{name}.schema.json", _text(schema(event))
        yield FOLDER / "examples" / f"{name}.json", _text(example(event))
    yield FOLDER / "asyncapi.json", _text(asyncapi())


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


WORDS = {"title", "description", "default", "enum", "examples"}
# The one narrowing allowed: what nobody could carry was no message (H-01).
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


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3: every topic, its key, every type and payload."""
    channels = _channels()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Backstop",
            "version": "1.0.0",
            "description": "Events of a county's three-tier monitoring network. CloudEvents 1.0, Kafka binary mode. "
            "Personal data stand only in `sealed` and `words`: a compact JWE (RFC 7516), alg dir, enc A256GCM; `kid` names the key. "
            "`words` holds a JSON object: the path of a text of this event (`reason`, `titles.0`) and what was written there; "
            "in clear stands a fixed phrase.",
        },
        "channels": channels,
        "operations": dict(map(_operation, channels)),
        "components": {
            "messages": {name: _message(name, event) for name, event in contracts().items()},
            "schemas": {"cloudevent": CLOUDEVENT},
        },
    }


def _channels() -> dict[str, dict[str, Any]]:
    """A channel a topic, with the types that travel on it."""
    channels: dict[str, dict[str, Any]] = {}
    for name, event in contracts().items():
        channel = event.topic.replace("{", "").replace("}", "")
        if channel not in channels:
            channels[channel] = {"address": event.topic, "messages": {}}
            if "{department}" in event.topic:
                channels[channel]["parameters"] = {
                    "department": {"description": "code of the department, as in housing"}
                }
        channels[channel]["messages"][name] = {"$ref": f"#/components/messages/{name}"}
    return channels


def _operation(channel: str) -> tuple[str, dict[str, Any]]:
    """What we do on a channel: a department's replies are received, everything else is sent."""
    action = "receive" if channel.endswith(".replies") else "send"
    reference = {"$ref": f"#/channels/{channel.replace('/', '~1')}"}
    return f"{action}.{channel}", {"action": action, "channel": reference}


def _message(name: str, event: type[Event]) -> dict[str, Any]:
    return {
        "name": name,
        "contentType": "application/json",
        "summary": (event.__doc__ or "").strip().split("\n")[0],
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"{event.about}: CloudEvents subject"}
            }
        },
        "headers": {"$ref": "#/components/schemas/cloudevent"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": schema(event),
        },
        "examples": [{"payload": example(event)}],
    }


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
