"""Identifiers: UUIDv7 (RFC 9562), so that they sort by time."""

import os
import time

LAST = (1 << 62) - 1  # the bits of chance behind the variant


def new_id() -> str:
    """A new UUIDv7 as text. Its time part only sorts; no rule reads it."""
    chance = int.from_bytes(os.urandom(10))
    value = (
        (time.time_ns() // 1_000_000) << 80
        | 0x7 << 76
        | chance >> 62 << 64 & 0xFFF << 64
        | 0b10 << 62
        | chance & LAST
    )
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
