"""What others packed is read with care:

- a batch that would unpack to more than `UNPACKED` bytes (34 kB can hold a gigabyte), or does not
  unpack at all, becomes one record: its place, and why it was passed over (BH-01);
- a header whose *name* is no UTF-8, as a system that writes GBK makes one: aiokafka stops there for
  ever, and what it had taken from other partitions in the same call is lost (decisions/0009).
"""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any

import cramjam
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecord, DefaultRecordBase, _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy

UNPACKED = 2 * 2**20  # bytes of one batch; the broker takes none above 1 MB, packed or not
PASSED_OVER = "backstop-passed-over"  # a header: why there is nothing but the place
LENGTH = Struct(">8xi")  # of a batch, behind its first offset
HEADER = DefaultRecordBase.HEADER_STRUCT
MAGIC, ATTRIBUTES = 3, 5  # places in the header
XERIAL = b"\x82SNAPPY\0"  # Java frames snappy: 16 bytes, then blocks behind their lengths
BLOCK = Struct(">i")


class Kept(fetcher.MemoryRecords):
    """The library's fast reader, which keeps the bytes for a second reading, looks at each packed
    batch before it is unpacked, and leaves the rest of what was fetched for the next fetch when
    `UNPACKED` bytes have come of it.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data, self.place, self.room = data, 0, UNPACKED

    def has_next(self) -> bool:
        return self.room > 0 and super().has_next()

    def next_batch(self) -> Any:
        begin = self.place
        self.place += LENGTH.size + LENGTH.unpack_from(self.data, begin)[0]
        batch, size = looked_at(super().next_batch(), memoryview(self.data)[begin : self.place])
        self.room -= size
        return batch


def looked_at(batch: Any, data: memoryview) -> tuple[Any, int]:
    """The batch, or what stands for it, and how many bytes unpacking it gives (0: it is not packed).
    `data`: all of it, as it came.
    """
    if len(data) < HEADER.size or data[16] < 2:  # Kafka 4 takes and keeps no older format
        return batch, 0
    unpack = CODECS.get(HEADER.unpack_from(data)[ATTRIBUTES] & DefaultRecordBase.CODEC_MASK)
    if unpack is None:
        return batch, 0
    try:
        return batch, unpack(data[HEADER.size :])
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a codec's panic is no Exception
        return PassedOver(batch, f"{type(error).__name__}: {error}"), 0


class PassedOver:
    """Stands for a batch that is not unpacked: one record, at its first place."""

    def __init__(self, batch: Any, why: str) -> None:
        self.batch, self.why = batch, why

    def __getattr__(self, name: str) -> Any:
        return getattr(self.batch, name)

    def __iter__(self) -> Iterator[Any]:
        batch = self.batch
        why = (
            f"offsets {batch.base_offset} to {batch.next_offset - 1} do not unpack to"
            f" {UNPACKED} bytes at most: {self.why}"
        )
        headers = [(PASSED_OVER, why.encode())]
        yield DefaultRecord(
            batch.base_offset, batch.max_timestamp, batch.timestamp_type, None, None, headers
        )


def _into(codec: Any) -> Callable[[memoryview], int]:
    """Into a room of that size: the library stops where it is full."""
    return lambda data: codec.decompress_into(data, bytearray(UNPACKED))


def _snappy(data: memoryview) -> int:
    """Snappy says before each block how long it will be."""
    framed = data[0 : len(XERIAL)] == XERIAL
    blocks = _blocks(data[16:]) if framed else [data]
    size = sum(map(cramjam.snappy.decompress_raw_len, blocks))
    if size > UNPACKED:
        raise ValueError(f"{size} bytes")
    return size


def _blocks(data: memoryview) -> Iterator[memoryview]:
    while data:
        [length] = BLOCK.unpack_from(data)
        if not 0 < length <= len(data) - BLOCK.size:
            raise ValueError(f"a block of {length} bytes")
        yield data[BLOCK.size : BLOCK.size + length]
        data = data[BLOCK.size + length :]


CODECS: dict[int, Callable[[memoryview], int]] = {
    DefaultRecordBase.CODEC_GZIP: _into(cramjam.gzip),
    DefaultRecordBase.CODEC_SNAPPY: _snappy,
    DefaultRecordBase.CODEC_LZ4: _into(cramjam.lz4),
    DefaultRecordBase.CODEC_ZSTD: _into(cramjam.zstd),
}


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
        return looked_at(SlowBatch(data), data)[0]


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
