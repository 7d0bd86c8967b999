"""What programs are told of it."""

from pydantic import BaseModel

from schemas.codes import DirectoryKind


class ClosingOut(BaseModel, from_attributes=True):
    kind: DirectoryKind
    code: str
    last_month: str
    successor: str | None
    reason: str
