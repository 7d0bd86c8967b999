"""What one principal can do at the real broker: each attempt returns the refusal it met, or
None.
"""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import OffsetAndMetadata

from backstop.engines import KafkaAccess

Refusal = type[KafkaError] | None


def quiet(access: KafkaAccess, **more: object) -> dict[str, object]:
    """For a confluent-kafka client that keeps its complaints to itself."""
    return access.confluent(log_level=0, error_cb=lambda _: None, **more)


async def write(access: KafkaAccess, topic: str, value: bytes = b"tried") -> Refusal:
    """Send one message to partition 0, acknowledged by all replicas."""
    try:
        async with AIOKafkaProducer(
            **access.aiokafka(), acks="all", request_timeout_ms=5_000
        ) as producer:
            await producer.send_and_wait(topic, value, partition=0)
    except KafkaError as error:
        return type(error)
    return None


async def read(access: KafkaAccess, topic: str) -> Refusal:
    """Fetch from partition 0, where there must be a message. Asked without metadata first: a client
    that may not see a topic looks for its leader for ever, and never hears the refusal.
    """
    client = AIOKafkaClient(**access.aiokafka())
    try:
        await client.bootstrap()
        node = min(broker.nodeId for broker in client.cluster.brokers())
        asked = FetchRequest(5_000, 1, 1 << 20, 0, [(topic, [(0, 0, 1 << 20)])])
        [(_, [(_, code, *_, records)])] = (await client.send(node, asked)).topics
    except KafkaError as error:
        return type(error)
    finally:
        await client.close()
    assert bool(records) is (code == 0), "neither a message nor a refusal"
    return for_code(code) if code else None


async def commit(access: KafkaAccess, topic: str, group: str) -> Refusal:
    """Commit an offset of partition 0 as `group`."""
    place = TopicPartition(topic, 0)
    try:
        async with AIOKafkaConsumer(
            **access.aiokafka(), group_id=group, enable_auto_commit=False
        ) as consumer:
            consumer.assign([place])
            await asyncio.wait_for(consumer.commit({place: OffsetAndMetadata(1, "")}), 20)
    except KafkaError as error:
        return type(error)
    return None
