"""A department's own system by hand, on the real Kafka: what it sends as it likes, and what it is
told.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from backstop.departments import Credentials
from schemas.event import Event

COUNTY = "990121000000"
PATIENCE = 120
ANSWERS = ("department.reply.accepted.v1", "department.reply.refused.v1")


class System:
    """`told`: (type, body) of everything on its topic so far, as `hear` read it."""

    def __init__(self, given: Credentials, prefix: str) -> None:
        self.given, self.code = given, given.department
        self.topic = f"{prefix}backstop.department.{self.code}"
        self.group = f"{prefix}department-{self.code}"
        self.told: list[tuple[str, dict[str, Any]]] = []

    @property
    def login(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.given.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.given.user,
            "sasl_plain_password": self.given.password,
        }

    def headers(self, type_: str, **changed: bytes | None) -> list[tuple[str, Any]]:
        whole: dict[str, Any] = {
            "ce_specversion": b"1.0",
            "ce_id": str(uuid4()).encode(),
            "ce_type": type_.encode(),
            "ce_source": f"/backstop/{COUNTY}/department/{self.code}".encode(),
            "content-type": b"application/json",
        }
        return list((whole | changed).items())

    def binary(self, event: Event, **changed: bytes | None) -> tuple[bytes, bytes, list]:
        body = event.model_dump_json().encode()
        return event.subject.encode(), body, self.headers(event.type, **changed)

    def structured(self, event: Event, id: str) -> tuple[bytes, bytes, list]:
        whole = {
            "specversion": "1.0",
            "id": id,
            "type": event.type,
            "source": f"/backstop/{COUNTY}/department/{self.code}",
            "data": event.model_dump(mode="json"),
        }
        kind = b"application/cloudevents+json; charset=UTF-8"
        return event.subject.encode(), json.dumps(whole).encode(), [("content-type", kind)]

    async def send(self, *records: tuple[bytes | None, bytes | None, list], **more: Any) -> None:
        async with AIOKafkaProducer(**self.login, acks="all") as producer:
            for key, value, headers in records:
                await producer.send_and_wait(
                    f"{self.topic}.replies", value, key=key, headers=headers, **more
                )

    @asynccontextmanager
    async def reading(self, group: str | None = None):
        consumer = AIOKafkaConsumer(
            self.topic,
            **self.login,
            group_id=group or self.group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        async with consumer:
            yield consumer

    async def hear(self, consumer: AIOKafkaConsumer, until: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not until():
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        type_ = dict(record.headers)["ce_type"].decode()
                        self.told.append((type_, json.loads(record.value)))

    def bodies(self, *types: str) -> list[dict[str, Any]]:
        return [body for type_, body in self.told if type_ in types]

    def answers(self) -> Mapping[str, list[str]]:
        """reply id → the codes it was answered with."""
        codes: dict[str, list[str]] = {}
        for body in self.bodies(*ANSWERS):
            codes.setdefault(body["reply_id"], []).append(body["code"])
        return codes


async def replies(system: System, login: dict[str, Any]) -> list[Any]:
    """Everything that lies on the department's topic of replies, as an administrator reads it."""
    consumer = AIOKafkaConsumer(**login)
    async with consumer:
        topic = f"{system.topic}.replies"
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: list[Any] = []
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
