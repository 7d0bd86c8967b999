"""Decisions about the monthly bulletin (D13): who may be named, the hash."""

import hashlib
import json
from datetime import date
from typing import Any


def may_be_named(explained: bool, reply_due: date, on: date) -> bool:
    """Who is to be named is heard first, or has let the limit pass (D13)."""
    return explained or on > reply_due


def canonical(content: dict[str, Any]) -> str:
    """The one text of a content: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, hex."""
    return hashlib.sha256(text.encode()).hexdigest()
