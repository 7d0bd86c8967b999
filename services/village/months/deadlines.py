"""The month opens, reminds and closes by itself; each deadline is about a month (`YYYY-MM`), a
reminder about a month and its day (`YYYY-MM/YYYY-MM-DD`).
"""

from kit.deadlines import Deadline
from services.village.months.rules import Reporter

OPEN_MONTH = Deadline("open month")
REMIND = {
    Reporter.GROUP: Deadline("remind groups"),
    Reporter.VILLAGE: Deadline("remind villages"),
    Reporter.TOWNSHIP: Deadline("remind townships"),
}
CLOSE = {
    Reporter.GROUP: Deadline("groups due"),
    Reporter.VILLAGE: Deadline("lists due"),
    Reporter.TOWNSHIP: Deadline("townships due"),
}
