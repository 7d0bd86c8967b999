"""What several features' papers share."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "docx"
NUMBERS = "一二三四五六七八九十"


def numeral(number: int) -> str:
    return (
        NUMBERS[number - 1]
        if number <= 10
        else f"十{NUMBERS[number - 11]}"
        if number < 20
        else str(number)
    )
