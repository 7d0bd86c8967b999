"""What several features' doors share."""

from fastapi import Response

from kit.web import done

ROWS = 3  # empty rows of the attendance form


def to_meeting(meeting_id: str, message: str) -> Response:
    return done(f"/county/meetings/{meeting_id}", message)
