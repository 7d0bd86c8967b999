"""The list of key groups, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.village.key_groups.queries import HOUSEHOLDS

KINDS = (exported("key-groups-list", "重点人群名单", "village", HOUSEHOLDS.heads),)
