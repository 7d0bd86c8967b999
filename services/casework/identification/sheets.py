"""The list of files, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.casework.identification.views import FILES

KINDS = (exported("files-list", "识别档案清单", "casework", FILES.heads),)
