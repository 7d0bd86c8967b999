"""The AsyncAPI 3 document: every topic with its servers, keys, types, limits and golden examples. It
is what a contractor builds a department's own system from (docs/departments.md).

The application that it describes is Backstop: `send` is what Backstop says, `receive` what a
department answers. Shared definitions stand once, in `components`, and every reference is one into
this document, as parsers for AsyncAPI need it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemas.codes
from backstop import contracts
from backstop.topics import DAY, KEEPS, Shape
from schemas.codes import Coded
from schemas.event import Event
from services.dispatch.systems.rules import LONGEST

VERSION = "1.1.0"  # of the document: fields and events are only ever added (semantic versioning)
MAX_BYTES = 1_048_588  # Kafka's own limit of a record batch, which no topic changes
COUNTY = "990121000000"
REPLIES = ".replies"
DESCRIPTION = """Events of a county's three-tier monitoring network （三级监测网络）. A department's own \
system reads the topic of its department and writes the topic of its replies; it sees no other.

Envelope: CloudEvents 1.0, Kafka binary mode: attributes are headers `ce_…`, the body is UTF-8 JSON. \
Replies are read in structured mode (`content-type: application/cloudevents+json`) as well.

Delivery: at least once, in order for each key. Whoever reads remembers `ce_id` and takes a message \
that it has had as nothing new.

Personal data stand only in `sealed` and `words`: a compact JWE (RFC 7516), `alg` dir, `enc` A256GCM; `kid` names \
the key. What is in `sealed` after opening is the `contentSchema` of the field (JSON, UTF-8); in `words` an \
object: the path of a text of this event (`reason`, `titles.0`) and what was written there, where in clear \
a fixed phrase stands. The examples \
are sealed under kid `example`, k `AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8`: try your reader on them.

Evolution: a v1 type gets new optional fields, and a list of codes new codes; a reader passes over \
fields and types that it does not know. Nothing is taken out or retyped; what is `deprecated` goes on \
for a year beside what replaces it."""
DEPRECATED = {"department.order.changed.v1": "department.order.state.v1"}
SERVERS: dict[str, dict[str, Any]] = {
    "departments": {
        "host": "{address}",
        "protocol": "kafka-secure",
        "description": "For departments' own systems: SASL_SSL with SCRAM-SHA-256, TLS 1.2 or 1.3. The county hands "
        "over address, user, password and the certificate of its authority; the client checks the server's name.",
        "variables": {
            "address": {
                "description": "host:port, as BACKSTOP_KAFKA_BOOTSTRAP of the credentials says",
                "examples": ["kafka.example:9094"],
            }
        },
        "security": [{"$ref": "#/components/securitySchemes/department"}],
    },
    "services": {
        "host": "{address}",
        "protocol": "kafka",
        "description": "For the county's own services: 127.0.0.1, or the network that they share.",
        "variables": {"address": {"description": "host:port", "default": "127.0.0.1:9092"}},
        "security": [{"$ref": "#/components/securitySchemes/service"}],
    },
}
SECURITY: dict[str, dict[str, Any]] = {
    "department": {
        "type": "scramSha256",
        "description": "A principal of its own for each department: it reads its topic, writes its replies, and "
        "commits as its group. `backstop departments add` makes it, `rotate` replaces it.",
    },
    "service": {"type": "scramSha512", "description": "A principal of its own for each service."},
}
CLOUDEVENT: dict[str, Any] = {  # the headers of every record
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {
            "type": "string",
            "format": "uuid",
            "description": "Another one for each event; the same one when it is sent again.",
        },
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "pattern": "^/backstop/[0-9]{12}/[a-z0-9/-]+$"},
        "ce_subject": {"type": "string", "description": "The record's key."},
        "ce_time": {
            "type": "string",
            "format": "date-time",
            "description": "When its sender says it happened. Receipt is the broker's own timestamp.",
        },
        "content-type": {"const": "application/json"},
    },
}


def files() -> Iterator[tuple[Path, str]]:
    """Every contract file and its text: those of the types, and this document."""
    yield from contracts.files()
    yield contracts.FOLDER / "asyncapi.json", contracts.text(document())


def document() -> dict[str, Any]:
    channels = _channels()
    definitions: dict[str, Any] = {}
    messages = {
        name: _message(name, event, definitions) for name, event in contracts.contracts().items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Backstop", "version": VERSION, "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": SERVERS,
        "channels": channels,
        "operations": dict(_operation(name, channel) for name, channel in channels.items()),
        "components": {
            "messages": messages,
            "schemas": {"cloudevent": CLOUDEVENT}
            | {n: _labelled(n, d) for n, d in definitions.items()},
            "securitySchemes": SECURITY,
        },
    }


def _channels() -> dict[str, dict[str, Any]]:
    """A channel a topic, with the types that travel on it."""
    channels: dict[str, dict[str, Any]] = {}
    for name, event in contracts.contracts().items():
        channel = _channel_of(event)
        if channel not in channels:
            channels[channel] = {
                "address": event.topic,
                "messages": {},
                **_surroundings(event.topic),
            }
        channels[channel]["messages"][name] = {"$ref": f"#/components/messages/{name}"}
    return channels


def _channel_of(event: type[Event]) -> str:
    return event.topic.replace("{", "").replace("}", "")


def _surroundings(topic: str) -> dict[str, Any]:
    """Who reaches a topic, and how long it keeps what it has."""
    config = {
        "cleanup.policy": ["delete"],
        KEEPS: Shape(1, 1).days * DAY,
        "max.message.bytes": MAX_BYTES,
    }
    bindings = {"kafka": {"topicConfiguration": config, "bindingVersion": "0.5.0"}}
    if "{department}" not in topic:
        return {"servers": [{"$ref": "#/servers/services"}], "bindings": bindings}
    code = {"description": "code of the department, as BACKSTOP_DEPARTMENT of the credentials says"}
    return {
        "description": _said_of_replies() if topic.endswith(REPLIES) else _said_of_orders(),
        "servers": [{"$ref": "#/servers/departments"}, {"$ref": "#/servers/services"}],
        "parameters": {"department": code | {"examples": ["housing"]}},
        "bindings": bindings,
    }


def _said_of_orders() -> str:
    return (
        f"What a department must do, and what became of its replies. Kept for {Shape(1, 1).days} days. The "
        "consumer group is `department-{department}`, whoever the principal is; it begins at `earliest`."
    )


def _said_of_replies() -> str:
    return (
        f"What a department's own system answers; nobody else may write here. Kept for {Shape(1, 1).days} days. "
        f"A reply is at most {LONGEST // 1024} KB. The day of receipt is that of the broker's timestamp (Asia/Shanghai). Each reply is answered "
        "once on the department's topic, accepted or refused, with the reply's `ce_id`; a bad one holds nothing back."
    )


def _operation(name: str, channel: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What we do on a channel: a department's replies are received and answered, everything else is
    sent.
    """
    reference = {"$ref": f"#/channels/{name}"}
    if not name.endswith(REPLIES):
        operation: dict[str, Any] = {"action": "send", "channel": reference}
        if "{department}" in channel["address"]:
            operation["bindings"] = {
                "kafka": {"groupId": _group("department"), "bindingVersion": "0.5.0"}
            }
        return f"send.{name}", operation
    answers = f"#/channels/{name.removesuffix(REPLIES)}"
    types = [name for name in contracts.contracts() if name.startswith("department.reply.")]
    reply = {
        "channel": {"$ref": answers},
        "messages": [{"$ref": f"{answers}/messages/{name}"} for name in types],
    }
    return f"receive.{name}", {"action": "receive", "channel": reference, "reply": reply}


def _group(owner: str) -> dict[str, Any]:
    return {
        "type": "string",
        "pattern": f"^{owner}-[a-z0-9-]+(\\.[A-Za-z0-9._-]+)?$",
        "examples": [f"{owner}-housing"],
        "description": "the consumer group of the department's own system; for trials and tools "
        "`department-<code>.<name>` beside it, each of which gets everything. It has no right to another",
    }


def _message(name: str, event: type[Event], definitions: dict[str, Any]) -> dict[str, Any]:
    """One type; its shared definitions go into `definitions`."""
    payload = contracts.schema(event)
    for lifted, as_it_stood in payload.pop("$defs", {}).items():
        definition = _relocated(as_it_stood)
        assert definitions.setdefault(lifted, definition) == definition, f"two are called {lifted}"
    words = " ".join((event.__doc__ or "").split())
    message = {
        "name": name,
        "contentType": "application/json",
        "summary": words.partition(". ")[0].rstrip("."),
        "description": words,
        "bindings": {"kafka": {"key": _key(event), "bindingVersion": "0.5.0"}},
        "headers": _headers(name, event),
        "payload": _relocated({k: v for k, v in payload.items() if not k.startswith("$")}),
        "examples": [{"headers": headers(event), "payload": contracts.example(event)}],
    }
    if instead := DEPRECATED.get(name):
        message["tags"] = [{"name": "deprecated", "description": f"read {instead} instead"}]
    if event.topic.endswith(REPLIES):
        message["correlationId"] = {
            "description": "the answer to a reply names it as `reply_id`",
            "location": "$message.header#/ce_id",
        }
    return message


def _key(event: type[Event]) -> dict[str, Any]:
    return {"type": "string", "description": f"`{event.about}`, as CloudEvents' subject"}


def _headers(name: str, event: type[Event]) -> dict[str, Any]:
    return {
        "type": "object",
        "allOf": [{"$ref": "#/components/schemas/cloudevent"}],
        "properties": {
            "ce_type": {"const": name},
            "ce_source": {"type": "string", "examples": [source(event)]},
        },
    }


def headers(event: type[Event]) -> dict[str, str]:
    """The golden example's headers."""
    return {
        "ce_specversion": "1.0",
        "ce_id": "019a0000-0000-7000-8000-00000000000a",
        "ce_type": event.type,
        "ce_source": source(event),
        "ce_subject": event.model_validate(contracts.example(event)).subject,
        "ce_time": "2026-09-18T01:00:00+00:00",
        "content-type": "application/json",
    }


def source(event: type[Event]) -> str:
    """Who publishes this type: the topic proves it."""
    if event.topic.endswith(REPLIES):
        return f"/backstop/{COUNTY}/department/housing"
    owner = "dispatch" if "{department}" in event.topic else event.topic.removeprefix("backstop.")
    return f"/backstop/{COUNTY}/{owner}"


def _relocated(part: Any) -> Any:
    """The same schema with every reference into this document."""
    if isinstance(part, list):
        return [_relocated(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: value.replace("#/$defs/", "#/components/schemas/")
        if key == "$ref"
        else _relocated(value)
        for key, value in part.items()
    }


def _labelled(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """A code list says what each code means."""
    codes = getattr(schemas.codes, name, None)
    if not (isinstance(codes, type) and issubclass(codes, Coded)):
        return definition
    said = definition.get("description", "").strip()
    return definition | {"description": "\n".join([*([said, ""] if said else []), *_lines(codes)])}


def _lines(codes: type[Coded]) -> Iterator[str]:
    for code in codes:
        yield f"- `{code.value}`: {code.label}"
