"""Where the broker is, and as whom a service goes there."""

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    IllegalGenerationError,
    NotCoordinatorForGroupError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from aiokafka.structs import OffsetAndMetadata
from faststream.security import SASLScram512

NOT_YET = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)


@dataclass(frozen=True)
class KafkaLogin:
    """`prefix` stands before topics and groups. With `tls` the broker must show a certificate that
    `ca_file` (or the machine's authorities) vouches for.
    """

    bootstrap: str
    user: str
    password: str = field(repr=False)
    prefix: str = ""
    tls: bool = False
    ca_file: str | None = None

    @cached_property
    def context(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.ca_file) if self.tls else None

    @property
    def servers(self) -> list[str]:
        """For a FastStream broker, which takes one text for one server."""
        return self.bootstrap.split(",")

    @property
    def security(self) -> SASLScram512:
        """For a FastStream broker."""
        return SASLScram512(
            username=self.user, password=self.password, use_ssl=self.tls, ssl_context=self.context
        )

    def options(self) -> dict[str, Any]:
        """For any aiokafka client."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_SSL" if self.tls else "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
            "ssl_context": self.context,
        }


async def go_on_where(kafka: KafkaLogin, group: str, successor: str, heard: str) -> None:
    """Topics that `group` read and `successor` reads from now on: begin where it stopped. `heard`: a
    pattern of their names, without the prefix.
    """
    mine = re.compile(f"{re.escape(kafka.prefix)}(?:{heard})")
    admin = AIOKafkaAdminClient(**kafka.options())
    await admin.start()
    try:
        before = await _offsets(admin, kafka.prefix + group)
        now = await _offsets(admin, kafka.prefix + successor)
    finally:
        await admin.close()
    places = {
        partition: place.offset
        for partition, place in before.items()
        if mine.fullmatch(partition.topic) and place.offset >= 0 and partition not in now
    }
    if places:
        await _begin_at(kafka, kafka.prefix + successor, places)


async def _offsets(
    admin: AIOKafkaAdminClient, group: str
) -> dict[TopicPartition, OffsetAndMetadata]:
    """The first question makes a new Kafka lay out where it keeps them: ask until it has."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await admin.list_consumer_group_offsets(group)
            except NOT_YET:
                await asyncio.sleep(0.05)


async def _begin_at(kafka: KafkaLogin, group: str, places: dict[TopicPartition, int]) -> None:
    options = kafka.options() | {"group_id": group, "enable_auto_commit": False}
    async with AIOKafkaConsumer(**options) as consumer:
        consumer.assign(list(places))
        # another replica has joined, and had done the same before it
        with suppress(UnknownMemberIdError, IllegalGenerationError, RebalanceInProgressError):
            await consumer.commit(places)
