"""What others packed (BH-01): a batch that unpacks to too much is its place and nothing more, and
nobody waits for it.
"""

import asyncio
import resource
import time

import cramjam
import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from kit.messaging.unpacking import PASSED_OVER, Kept, PassedOver, looked_at
from kit.prober import settle
from tests.helpers.bombs import PAGE, bomb, sealed, throw


def snappy(megabytes: int) -> bytes:
    return sealed(2, bytes(cramjam.snappy.compress_raw(PAGE * megabytes)))


def grown() -> float:
    """MB (10⁶ bytes) that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def said(number: int, thing: str = "a") -> tuple[str, dict, dict]:
    return thing, {"thing": thing, "number": number}, {}


@pytest.mark.parametrize(
    ("codec", "megabytes"), [("zstd", 1_100), ("gzip", 300), ("lz4", 100)], ids=str
)
def test_h_01_a_bomb_is_passed_over_with_its_place_kept_and_holds_nobody_up(
    codec, megabytes, make_runtime, login, post, heard, letters
):
    batch = bomb(codec, megabytes)
    before = grown()

    async def run() -> None:
        await post(*(said(n, f"t{n}") for n in range(8)))
        await throw(login.options(), login.prefix + "backstop.toy", batch, times=3)
        await post(*(said(n, f"t{n}") for n in range(8, 16)))
        runtime = make_runtime()
        await runtime.start()
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert [heard(f"t{n}") for n in range(16)] == [[n] for n in range(16)]
    aside = letters()
    assert [(letter.partition, letter.kind, letter.key) for letter in aside] == [
        (0, "TooLarge", None)
    ] * 3
    for letter in aside:
        assert f"offsets {letter.offset} to {letter.offset} do not unpack" in letter.reason
    assert grown() - before < 100


def test_h_01_packed_batches_of_one_fetch_are_unpacked_a_few_at_a_time(
    make_runtime, login, post, heard, letters
):
    """A hundred of them come in one fetch: a hundred megabytes at once, if nobody counted."""
    before = grown()

    async def run() -> None:
        topic = login.prefix + "backstop.toy"
        await throw(login.options(), topic, packed(4, b"y" * 1_000_000), times=100)
        await post(said(2))
        runtime = make_runtime()
        await runtime.start()
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert (heard("a"), len(letters())) == ([2], 100)
    assert grown() - before < 60


def packed(codec: int, value: bytes, times: int = 1) -> bytes:
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 22)
    for offset in range(times):
        builder.append(offset, int(time.time() * 1000), b"k", value, [("name", b"content")])
    return bytes(builder.build())


@pytest.mark.parametrize(
    "batch",
    [
        bomb("zstd", 3),
        bomb("gzip", 3),
        bomb("lz4", 3),
        snappy(3),
        sealed(4, b"no zstd at all"),
        sealed(3, b"no lz4"),
        sealed(2, b"\xff\xff\xff\xff\xff"),
        sealed(2, b"\x82SNAPPY\0" + bytes(8) + b"\xff\xff\xff\xff"),
        sealed(1, b"no gzip"),
    ],
    ids=[
        "zstd",
        "gzip",
        "lz4",
        "snappy",
        "no zstd",
        "no lz4",
        "no snappy",
        "no length of snappy",
        "no gzip",
    ],
)
def test_h_01_every_codec_is_looked_at_before_it_unpacks(batch):
    found, _ = looked_at(MemoryRecords(batch).next_batch(), memoryview(batch))
    assert isinstance(found, PassedOver)
    assert found.validate_crc()
    [record] = found
    assert (record.offset, record.key, record.value) == (0, None, None)
    assert [name for name, _ in record.headers] == [PASSED_OVER]


@pytest.mark.parametrize("codec", [0, 1, 2, 3, 4])
def test_what_unpacks_to_less_is_read_as_ever(codec):
    kept = Kept(packed(codec, b"value", times=3) * 2)
    read = []
    while kept.has_next():
        read += [(record.key, record.value) for record in kept.next_batch()]
    assert read == [(b"k", b"value")] * 6
