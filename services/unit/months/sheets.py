"""All units' month, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.unit.months.documents import COLUMNS

KINDS = (exported("units-month", "帮扶单位报送情况", "unit", COLUMNS),)
