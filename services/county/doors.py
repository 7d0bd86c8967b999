"""What several features' doors share."""

from fastapi import Response

from kit.web import done


def to_meeting(meeting_id: str, message: str) -> Response:
    return done(f"/county/meetings/{meeting_id}", message)
