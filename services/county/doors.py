"""What several features' doors share."""

from typing import Annotated

from fastapi import Form, Response

from kit.web import done
from rulebook.months import Day

Texts = Annotated[list[str], Form()]
MaybeDay = Annotated[Day | None, Form()]
ROWS = 3  # empty rows of the attendance form


def to_meeting(meeting_id: str, message: str) -> Response:
    return done(f"/county/meetings/{meeting_id}", message)
