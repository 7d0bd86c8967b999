"""What somebody saves: a name, bytes, and what no office program can hold in them."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import quote

from fastapi import Response

from kit.documents.leaving import Leaving
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


def stamp(properties: Any, now: Leaving) -> None:
    """Who, when and why, in a file's properties (.xlsx or .docx), as office programs list them."""
    properties.subject = printable(now.line)
    properties.last_modified_by = printable(now.actor.label)
    properties.keywords = now.actor.account
    properties.created = now.at.astimezone(UTC).replace(tzinfo=None)  # they know no zone


def printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)
