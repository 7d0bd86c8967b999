"""Lists of findings, when they come back (F-33)."""

from kit.sheets.sheet import exported
from services.unit.findings.views import NOTICES, REPORTED

KINDS = (
    exported("reported-list", "报过的风险情况", "unit", REPORTED.heads),
    exported("notices-list", "帮扶单位报告的农户", "unit", NOTICES.heads),
)
