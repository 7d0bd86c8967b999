"""The AsyncAPI document is complete: every reference is one into it, its examples are valid, it names
all that a contractor must know; AsyncAPI's own parser reads it without a complaint.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from jsonschema import Draft7Validator

from backstop import asyncapi, contracts
from backstop.services import NAMES
from schemas.event import Event
from tests.helpers.node import Packages

DOCUMENT = asyncapi.document()
ORDERS, REPLIES = "backstop.department.department", "backstop.department.department.replies"
MESSAGES = DOCUMENT["components"]["messages"]
OF_A_DEPARTMENT = [
    *DOCUMENT["channels"][ORDERS]["messages"],
    *DOCUMENT["channels"][REPLIES]["messages"],
]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for item in part:
            yield from references(item)


def at(reference: str) -> Any:
    """What a reference into the document points to (RFC 6901)."""
    assert reference.startswith("#/"), reference
    place: Any = DOCUMENT
    for step in reference[2:].split("/"):
        place = place[step.replace("~1", "/").replace("~0", "~")]
    return place


def test_h_06_every_reference_is_one_into_the_document():
    found = set(references(DOCUMENT))
    assert len(found) > 100
    for reference in found:
        assert isinstance(at(reference), dict), reference


@pytest.mark.parametrize("name", MESSAGES)
def test_h_06_every_message_has_a_golden_example_that_fits_its_schemas(name: str):
    message = MESSAGES[name]
    [example] = message["examples"]
    for part in ("headers", "payload"):
        Draft7Validator.check_schema(message[part])
        within = {"components": DOCUMENT["components"]}  # what its references point to
        Draft7Validator(within | message[part]).validate(example[part])
    assert example["headers"]["ce_type"] == name
    assert example["payload"] == contracts.example(Event.known[name])
    if name in OF_A_DEPARTMENT:
        assert message["summary"], "an event's docstring says what it is"
    assert message["bindings"]["kafka"]["key"]


def test_every_topic_has_its_servers_and_what_it_keeps():
    carried = {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]}
    assert carried == set(contracts.contracts()) == set(MESSAGES)
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == {
        *(f"backstop.{name}" for name in NAMES),
        "backstop.department.{department}",
        "backstop.department.{department}.replies",
    }
    for channel in DOCUMENT["channels"].values():
        kept = channel["bindings"]["kafka"]["topicConfiguration"]
        assert kept["retention.ms"] == 365 * 24 * 3600 * 1000
        outside = {"$ref": "#/servers/departments"} in channel["servers"]
        assert outside is ("{department}" in channel["address"])


def test_h_06_the_document_names_all_that_a_client_must_know():
    server = DOCUMENT["servers"]["departments"]
    assert (server["protocol"], at(server["security"][0]["$ref"])["type"]) == (
        "kafka-secure",
        "scramSha256",
    )
    group = DOCUMENT["operations"][f"send.{ORDERS}"]["bindings"]["kafka"]["groupId"]
    assert group["examples"] == ["department-housing"]
    answers = DOCUMENT["operations"][f"receive.{REPLIES}"]["reply"]["messages"]
    assert {at(at(answer["$ref"])["$ref"])["name"] for answer in answers} == {
        "department.reply.accepted.v1",
        "department.reply.refused.v1",
    }
    for name in DOCUMENT["channels"][REPLIES]["messages"]:
        assert MESSAGES[name]["correlationId"]["location"] == "$message.header#/ce_id"
    assert "`report`: 反馈" in DOCUMENT["components"]["schemas"]["OrderClock"]["description"]
    assert "`wrong_state`" in DOCUMENT["components"]["schemas"]["ReplyRefusal"]["description"]


def test_h_06_what_is_sealed_is_described_by_its_words():
    issued = MESSAGES["department.order.issued.v1"]["payload"]["properties"]["sealed"]
    assert issued["contentMediaType"] == "application/jose"
    words = at(issued["contentSchema"]["$ref"])
    assert {"head_name", "village_name"} == set(words["required"])
    key = urlsafe_b64encode(contracts.EXAMPLE_KEY).decode().rstrip("=")
    assert f"k `{key}`" in DOCUMENT["info"]["description"]
    [example] = MESSAGES["department.order.issued.v1"]["examples"]
    opened = jwe.decrypt_compact(
        example["payload"]["sealed"], OctKey.import_key(contracts.EXAMPLE_KEY)
    )
    assert opened.protected["kid"] == "example"
    Draft7Validator(words).validate(json.loads(opened.plaintext))


@pytest.mark.parametrize("name", OF_A_DEPARTMENT)
def test_h_06_every_text_of_a_department_has_a_limit(name: str):
    if name in DOCUMENT["channels"][REPLIES]["messages"]:
        for field, schema in MESSAGES[name]["payload"]["properties"].items():
            for way in schema.get("anyOf", [schema]):
                if way.get("type") == "string" and "format" not in way:
                    assert "maxLength" in way, (name, field)


def test_h_06_the_official_parser_reads_the_document(node: Packages, tmp_path: Path) -> None:
    path = tmp_path / "asyncapi.json"
    path.write_text(contracts.text(DOCUMENT), encoding="utf-8")
    said = node.run("tests/backstop/asyncapi_parser", "parse.mjs", str(path))
    *found, last = map(json.loads, said.splitlines())
    assert last == {"parsed": True, "messages": len(MESSAGES)}
    assert [one for one in found if one["severity"] <= 1] == []
