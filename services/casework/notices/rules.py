"""Which states and actions of a file belong to which round."""

from dataclasses import dataclass

from schemas.codes import NoticeRound
from services.casework.identification.rules import FileAction, FileState


@dataclass(frozen=True)
class Step:
    """A file waits for the sheet, hangs, and goes on."""

    waits: FileState
    hangs: FileState
    post: FileAction
    close: FileAction


STEPS = {
    NoticeRound.VILLAGE: Step(
        FileState.POST, FileState.NOTICE, FileAction.POST, FileAction.CLOSE_NOTICE
    ),
    NoticeRound.TOWNSHIP: Step(
        FileState.POST_TOWNSHIP,
        FileState.NOTICE_TOWNSHIP,
        FileAction.POST_TOWNSHIP,
        FileAction.CLOSE_TOWNSHIP,
    ),
}
