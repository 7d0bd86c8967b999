"""What somebody saves: a name, bytes, and what no office program can hold in them."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Response

from kit.sheets.cells import UNPRINTABLE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {XLSX: "xlsx", DOCX: "docx"}


@dataclass(frozen=True)
class Paper:
    """A file that leaves under its (Chinese) `name`, without the ending: the kind says that."""

    name: str
    kind: str  # media type
    content: bytes

    def answer(self) -> Response:
        headers = attachment(f"{self.name}.{ENDINGS[self.kind]}")
        return Response(self.content, media_type=self.kind, headers=headers)


def attachment(name: str) -> dict[str, str]:
    """Headers of an answer that a browser saves under this (Chinese) name."""
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)


def ended(text: str) -> str:
    """The text as a sentence, with one mark at its end."""
    bare = text.strip().rstrip("。；;，,")
    return bare if not bare or bare.endswith(("！", "？", "!", "?", "…")) else f"{bare}。"
