"""Identifiers: UUIDv7 (RFC 9562), so that they sort by time."""

import secrets
import time
from uuid import UUID


def new_id() -> str:
    """A new UUIDv7 as text. Its time part only sorts; no rule reads it."""
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return str(UUID(int=value | secrets.randbits(62)))
