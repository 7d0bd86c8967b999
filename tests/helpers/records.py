"""All that lies on topics, for whoever counts what was said."""

from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from kit.messaging.kafka import KafkaLogin


async def everything(login: KafkaLogin, topics: Callable[[str], bool]) -> list[ConsumerRecord]:
    """The records of all topics whose names fit, each partition in its order, up to what is there
    now.
    """
    async with AIOKafkaConsumer(**login.options(), auto_offset_reset="earliest") as reader:
        names = sorted(filter(topics, await reader.topics()))
        await reader._client.set_topics(names)
        places = [
            TopicPartition(name, one)
            for name in names
            for one in reader.partitions_for_topic(name) or ()
        ]
        left = {place: end for place, end in (await reader.end_offsets(places)).items() if end}
        reader.assign(list(left))
        found: list[ConsumerRecord] = []
        while left:
            for place, records in (await reader.getmany(timeout_ms=1000)).items():
                found += records
                if records[-1].offset + 1 >= left.get(place, 0):
                    left.pop(place, None)
                    reader.pause(place)
        return found
