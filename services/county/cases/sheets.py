"""The list of cases, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.county.cases.queries import CASES

KINDS = (exported("cases-list", "风险线索清单", "county", CASES.heads),)
