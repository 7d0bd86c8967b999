"""Every event by who says it and where it lies: taken from its owning service's source on its own
topic, and from nobody else. What a department's system says of orders: tests/dispatch/test_reply_matrix.py.
"""

import json
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord

from backstop.contracts import contracts, example
from backstop.permissions import author_of
from backstop.services import NAMES, service_named
from kit.messaging.inbox import Unreadable
from tests.conftest import COUNTY

WRITERS = (*NAMES, "department/housing", "department/water")
TOPICS = (*(f"backstop.{name}" for name in NAMES), "backstop.department.housing.replies")


def record(type_: str, writer: str, topic: str) -> ConsumerRecord:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_type": type_,
        "ce_source": f"/backstop/{COUNTY}/{writer}",
        "ce_time": "2026-09-02T01:00:00+00:00",
        "content-type": "application/json",
    }
    body = json.dumps(example(contracts()[type_])).encode()
    lies = [(name, value.encode()) for name, value in headers.items()]
    return ConsumerRecord(topic, 0, 0, 0, 1, b"", body, None, 0, len(body), tuple(lies))


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_taken_from_its_owner_on_its_topic_alone(name):
    """(event type × who says it × where it lies), of all that the service hears."""
    handlers = service_named(name).handlers
    tried = 0
    for type_ in handlers.types:
        owner = author_of(contracts()[type_])
        assert handlers.topics[type_] == f"backstop.{owner}"
        for writer in WRITERS:
            for topic in TOPICS:
                own = (writer, topic) == (owner, f"backstop.{owner}")
                try:
                    handlers.open(record(type_, writer, topic))
                except Unreadable:
                    assert not own, (type_, writer, topic)
                else:
                    assert own, (type_, writer, topic)
                tried += 1
    assert tried == len(handlers.types) * len(WRITERS) * len(TOPICS)
    assert handlers.types


@pytest.mark.parametrize("name", NAMES)
def test_what_departments_write_is_taken_at_the_border_alone(name):
    """No handler of ours takes it, and only dispatch has a border."""
    handlers = service_named(name).handlers
    of_others = {type_ for type_, event in contracts().items() if not author_of(event)}
    assert not of_others & set(handlers.types)
    borders = [border.topic for border in handlers.borders]
    assert borders == (["backstop.department.{department}.replies"] if name == "dispatch" else [])
