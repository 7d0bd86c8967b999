"""The bulletin's tables, when they come back (F-33)."""

from kit.sheets.sheet import exported
from services.county.bulletin.documents import ALL_TABLES

KINDS = tuple(
    exported(f"bulletin-{name}", "通报附表", "county", [head for head, _ in columns])
    for name, columns in ALL_TABLES.items()
)
