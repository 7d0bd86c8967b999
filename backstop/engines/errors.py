"""The one error this package raises on purpose."""

from __future__ import annotations


class EngineError(Exception):
    """An engine cannot be had, started or reached; the text says what to do about it."""

    def __init__(self, zh: str, en: str, detail: str = "") -> None:
        self.zh, self.en, self.detail = zh, en, detail
        super().__init__("\n".join(part for part in (zh, en, detail) if part))


class EngineDied(EngineError):
    """A child ended before it was ready; `detail` holds the last lines of its log."""
