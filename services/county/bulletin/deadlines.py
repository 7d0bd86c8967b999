"""The bulletin's deadlines, about a month; the names stand in rows."""

from kit.deadlines import Deadline

BULLETIN_DRAFT = Deadline("bulletin draft")
BULLETIN_MISSED = Deadline("bulletin missed")
