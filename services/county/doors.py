"""What several features' doors share."""

from fastapi import Response

from kit.web import done


def to_meeting(meeting_id: str, message: str, line: str | None = None) -> Response:
    """Back to the meeting, to its item `line` where one was worked on."""
    return done(f"/county/meetings/{meeting_id}" + (f"#line-{line}" if line else ""), message)
