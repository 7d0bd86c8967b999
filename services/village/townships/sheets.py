"""乡镇汇总名单, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.village.townships.documents import COLUMNS

KINDS = (exported("township-roster", "乡镇汇总名单", "village", COLUMNS),)
