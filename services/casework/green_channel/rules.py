"""Where a green channel stands, and what it asks for."""

from schemas.codes import Coded
from services.casework.identification.rules import FileState

DONE = (FileState.REGISTER, FileState.ADMITTED)  # decided and announced
NOT_ADMITTED = (FileState.NOT_ADMITTED, FileState.GIVEN_UP, FileState.LAPSED)


class Part(Coded):
    """A part of the office's list."""

    OPEN = "open", "补办中"
    OVERDUE = "overdue", "补办逾期"
    NOT_ADMITTED = "not_admitted", "先行帮扶后没有纳入"
    DONE = "done", "补办完成"


def page_of(file: str) -> str:
    """The page of a file's green channel."""
    return f"/casework/files/{file}/green-channel"
