"""How both sides count, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.county.handover.views import COUNTED

KINDS = (exported("handover-counts", "台账移交核对表", "county", COUNTED.heads),)
