"""The month's own dates, and the day on which the next one begins."""

from kit.deadlines import Deadline

OPEN_MONTH = Deadline("open month")  # about: the month
SUPERVISION_REMINDER = Deadline("supervision reminder")  # about: the month and the day
SUPERVISION_DUE = Deadline("supervision due")  # about: the month
