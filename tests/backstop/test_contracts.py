"""Contracts as files: complete, valid, and closed against changes that would break a reader."""

import json
from collections.abc import Iterator
from typing import get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from backstop import contracts
from schemas.event import Event
from schemas.texts import kinds, speaks

KNOWN = contracts.contracts()


def test_the_files_are_what_the_events_say():
    for path, text in contracts.files():
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


def test_asyncapi_names_every_topic_key_type_and_payload():
    document = contracts.asyncapi()
    assert document["asyncapi"].startswith("3.")
    carried = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert carried == set(KNOWN)
    assert {channel["address"] for channel in document["channels"].values()} == {
        "backstop.village",
        "backstop.unit",
        "backstop.county",
        "backstop.dispatch",
        "backstop.department.{department}",
        "backstop.department.{department}.replies",
    }
    for message in document["components"]["messages"].values():
        assert message["bindings"]["kafka"]["key"]
        assert message["payload"]["schema"]["properties"]


def test_no_clear_field_of_an_event_is_called_like_personal_data():
    personal = {"head_name", "id_number", "phone", "risk_point", "matter", "members", "person_name"}
    for name, event in KNOWN.items():
        schema = event.model_json_schema()
        parts = [schema, *schema.get("$defs", {}).values()]
        fields = {field for part in parts for field in part.get("properties", {})}
        assert not fields & personal, name


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
