"""The meeting's deadlines, about a month; the names stand in rows."""

from kit.deadlines import Deadline

MEETING_AGENDA = Deadline("meeting agenda")
MEETING_NOTICE = Deadline("meeting notice")
MEETING_MISSED = Deadline("meeting missed")
