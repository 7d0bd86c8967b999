"""Counts of the monitored ledger by place, when they come back (F-33). The ledger itself is read as the
county's, which owns it until it has moved.
"""

from kit.sheets.sheet import exported
from services.casework.monitored.views import PLACES

KINDS = (exported("monitored-places", "监测台账分地区汇总", "casework", PLACES.heads),)
