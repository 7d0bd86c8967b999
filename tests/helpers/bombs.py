"""What is small on its way and large when it is unpacked: batches of records, a workbook."""

import struct
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cramjam
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBase
from aiokafka.record.util import calc_crc32c, encode_varint
from openpyxl import Workbook

PAGE = bytes(1 << 20)
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CODECS: dict[str, tuple[int, Callable[[], Any]]] = {
    "gzip": (1, cramjam.gzip.Compressor),
    "lz4": (3, lambda: cramjam.lz4.Compressor(content_checksum=False, block_linked=False)),
    "zstd": (4, cramjam.zstd.Compressor),
}


def bomb(codec: str, megabytes: int) -> bytes:
    """A batch of one record, whose value is so many megabytes (2²⁰) of zeros."""
    number, compressor = CODECS[codec][0], CODECS[codec][1]()
    value = megabytes << 20
    head = b"\0\0\0" + _varint(-1) + _varint(value)  # attributes, time, place, no key
    compressor.compress(_varint(len(head) + value + 1) + head)
    for _ in range(megabytes):
        compressor.compress(PAGE)
    compressor.compress(b"\0")  # no headers
    return sealed(number, bytes(compressor.finish()))


def sealed(codec: int, payload: bytes) -> bytes:
    """The batch of one record around `payload`, of now: what is older than a topic keeps is gone
    at once.
    """
    size, now = 49 + len(payload), int(time.time() * 1000)
    header = bytearray(
        DefaultRecordBase.HEADER_STRUCT.pack(0, size, -1, 2, 0, codec, 0, now, now, -1, -1, -1, 1)
    )
    batch = header + payload
    batch[17:21] = struct.pack(">I", calc_crc32c(bytes(batch[21:])))
    return bytes(batch)


def _varint(number: int) -> bytes:
    written = bytearray()
    encode_varint(number, written.append)
    return bytes(written)


@contextmanager
def instead_of(batch: bytes) -> Iterator[None]:
    """Whatever is sent meanwhile goes out as `batch`."""
    build = BatchBuilder._build

    def packed(self: Any) -> bytearray:
        build(self)
        self._buffer = bytearray(batch)
        return self._buffer

    BatchBuilder._build = packed
    try:
        yield
    finally:
        BatchBuilder._build = build


async def throw(options: dict[str, Any], topic: str, batch: bytes, times: int = 1) -> None:
    """Put `batch` on the topic, into the same partition each time."""
    producer = AIOKafkaProducer(
        **options, acks="all", compression_type="zstd", enable_idempotence=False
    )
    async with producer:
        with instead_of(batch):
            for _ in range(times):
                await producer.send_and_wait(topic, b"x", partition=0)


def workbook(path: Path) -> None:
    """Five megabytes that are more than a gigabyte of XML: one text."""
    Workbook().save(path)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # the part is there twice, and the last one counts
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
            with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
                sheet.write(f'<worksheet xmlns="{SHEET}"><sheetData/></worksheet>'.encode())
            with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as texts:
                texts.write(f'<sst xmlns="{SHEET}"><si><t>'.encode())
                for _ in range(1_100):
                    texts.write(PAGE.replace(b"\0", b"a"))
                texts.write(b"</t></si></sst>")
