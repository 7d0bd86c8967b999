"""A file's deadlines; the names stand in rows."""

from kit.deadlines import Deadline

FILE_CLOCK = Deadline("file clock")
BACKFILL_CLOCK = Deadline("backfill clock")  # taken by `green_channel`
