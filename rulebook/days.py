"""How a day is written for people."""

from datetime import date


def in_words(day: date | None) -> str:
    """2026年9月18日; "—" where nobody knows it."""
    return "—" if day is None else f"{day.year}年{day.month}月{day.day}日"
