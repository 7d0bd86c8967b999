"""Contracts as files: complete, valid, and closed against changes that would break a reader."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from backstop import asyncapi, contracts
from schemas.event import Event
from schemas.texts import kinds, speaks

KNOWN = contracts.contracts()


def test_the_files_are_what_the_events_say():
    for path, text in asyncapi.files():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name}: run `backstop schemas write`"
        )


@pytest.mark.parametrize("name", KNOWN)
def test_every_event_has_a_valid_golden_example(name: str):
    schema = json.loads((contracts.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    example = json.loads(
        (contracts.FOLDER / "examples" / f"{name}.json").read_text(encoding="utf-8")
    )
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(example)
    event = Event.known[name].model_validate(example)
    assert event.model_dump(mode="json") == example
    assert event.subject


def in_clear(part: Any, root: Any) -> Iterator[str]:
    """Names of all fields below a part of a schema, without those that travel sealed."""
    if isinstance(part, list):
        for item in part:
            yield from in_clear(item, root)
    elif isinstance(part, dict):
        if "$ref" in part:
            yield from in_clear(root["$defs"][part["$ref"].rpartition("/")[2]], root)
        yield from part.get("properties", {})
        for key, value in part.items():
            if key not in ("contentSchema", "$defs"):
                yield from in_clear(value, root)


def test_no_clear_field_of_an_event_is_called_like_personal_data():
    personal = {"head_name", "id_number", "phone", "risk_point", "matter", "members", "person_name"}
    for name, event in KNOWN.items():
        schema = contracts.schema(event)
        assert not personal & set(in_clear(schema, schema)), name


@pytest.mark.parametrize("name", KNOWN)
def test_h_06_every_sealed_field_says_what_is_in_it(name: str):
    schema = contracts.schema(KNOWN[name])
    parts = [schema, *schema.get("$defs", {}).values()]
    for part in parts:
        field = part.get("properties", {}).get("sealed")
        if field is not None:
            texts = [way for way in field.get("anyOf", [field]) if way["type"] == "string"]
            for text in texts:
                assert text["contentMediaType"] == "application/jose"
                words = text["contentSchema"]["$ref"].rpartition("/")[2]
                assert schema["$defs"][words]["properties"], "Annotated[str, Seals(…)]"


def texts_of(model: type[BaseModel], at: str) -> Iterator[tuple[str, object]]:
    """Every text of an event and of its parts, with what it is said to be."""
    for name in model.model_fields:
        kind, parts = kinds(model, name)
        if str in leaves(model.model_fields[name].annotation):
            yield f"{at}.{name}", kind
        for part in parts:
            yield from texts_of(part, f"{at}.{name}")


def leaves(annotation: object) -> set[object]:
    inside = get_args(annotation)
    return set().union(*map(leaves, inside)) if inside else {annotation}


OURS = {name: event for name, event in KNOWN.items() if not event.topic.endswith(".replies")}


@pytest.mark.parametrize("name", OURS)
def test_g_07_every_text_is_a_code_an_office_a_phrase_or_sealed(name: str):
    """A text that nobody has said anything about is free text, and would leave in clear."""
    event = OURS[name]
    assert [at for at, kind in texts_of(event, name) if kind is None] == []
    assert not speaks(event) or "words" in event.model_fields


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ({"properties": {"a": {"type": "string"}}}, {"properties": {}}, "a: removed"),
        (
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "integer"}}},
            "a: retyped",
        ),
        (
            {"properties": {}},
            {"properties": {"b": {"type": "string"}}, "required": ["b"]},
            "b: newly required",
        ),
        (
            {"$defs": {"C": {"enum": ["X", "Y"]}}},
            {"$defs": {"C": {"enum": ["X"]}}},
            "C.enum: Y is gone",
        ),
    ],
)
def test_a_breaking_change_is_named(old, new, problem):
    assert contracts.breaking(old, new) == [problem]


def test_a_list_of_codes_may_be_opened_and_stays_open():
    closed = {"$defs": {"C": {"type": "string", "enum": ["X", "Y"]}}}
    opened = {"$defs": {"C": {"type": "string", "examples": ["X", "Y"]}}}
    assert contracts.breaking(closed, opened) == []
    assert contracts.breaking(opened, closed) == ["C.enum: closed"]
    fewer = {"$defs": {"C": {"type": "string", "examples": ["X"]}}}
    assert contracts.breaking(closed, fewer) == ["C.enum: Y is gone"]


def test_a_new_optional_field_or_a_wider_enum_breaks_nobody():
    old = {"properties": {"a": {"type": "string"}}, "$defs": {"C": {"enum": ["X"]}}}
    new = {
        "properties": {"a": {"type": "string"}, "b": {"type": "string", "default": ""}},
        "$defs": {"C": {"enum": ["X", "Y"]}},
    }
    assert contracts.breaking(old, new) == []
