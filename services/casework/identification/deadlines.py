"""A file's deadlines; the name stands in rows."""

from kit.deadlines import Deadline

FILE_CLOCK = Deadline("file clock")
