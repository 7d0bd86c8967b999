"""The list of rows that were handed over, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.casework.takeover.views import TAKEOVER

KINDS = (exported("takeover-list", "台账移交核对", "casework", TAKEOVER.heads),)
