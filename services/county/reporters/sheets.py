"""The reporters' states, when they come back (F-33)."""

from kit.sheets.sheet import exported
from services.county.reporters.lists import REPORTERS

KINDS = (exported("reporters-list", "上报情况", "county", REPORTERS.heads),)
