"""Reading on past a header whose *name* is no UTF-8, as a system that writes GBK makes one:
aiokafka stops there for ever, and what it had taken from other partitions in the same call is
passed over (decisions/0009).
"""

from collections.abc import Iterator
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


class Kept(fetcher.MemoryRecords):
    """The library's fast reader, which keeps the bytes for a second reading."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data


class Forgiving(fetcher.PartitionRecords):
    """After such a name, the library's slow reader goes on from the same record, with � for what is
    no text.
    """

    def _unpack_records(self) -> Iterator[ConsumerRecord]:
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:
            self._records = Slow(self._records.data)  # type: ignore[has-type]
            yield from super()._unpack_records()


class Text(bytearray):
    def __getitem__(self, place: Any) -> Any:
        part = super().__getitem__(place)
        return Text(part) if isinstance(place, slice) else part

    def decode(self, *args: Any, **how: Any) -> str:
        return super().decode("utf-8", "replace")


class SlowBatch(_DefaultRecordBatchPy):
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = Text(self._buffer)  # type: ignore[has-type]


class Slow(_MemoryRecordsPy):
    def next_batch(self) -> Any:
        data = self._next_slice
        self._cache_next()
        return SlowBatch(data)


fetcher.MemoryRecords, fetcher.PartitionRecords = Kept, Forgiving


async def rewind(consumer: AIOKafkaConsumer) -> None:
    """After a fetch that failed: back to what has been handled, for it may have taken more from
    other partitions.
    """
    for partition in consumer.assignment():
        if offset := await consumer.committed(partition):
            consumer.seek(partition, offset)
        else:
            await consumer.seek_to_beginning(partition)
