"""The month's deadlines: about a month, `2026-09`; a reminder's about month and day,
`2026-09/2026-09-15`.
"""

from kit.deadlines import Deadline

OPEN_MONTH = Deadline("open month")
REMIND_HELPERS = Deadline("remind helpers")
REMIND_UNITS = Deadline("remind units")
VISITS_DUE = Deadline("visits due")
LISTS_DUE = Deadline("lists due")
