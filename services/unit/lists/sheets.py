"""汇总名单, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.unit.lists.documents import COLUMNS

KINDS = (exported("unit-roster", "监测汇总名单", "unit", COLUMNS),)
