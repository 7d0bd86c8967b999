"""The list of green channels, when it comes back (F-33)."""

from kit.sheets.sheet import exported
from services.casework.green_channel.views import GREEN

KINDS = (exported("green-channel-list", "绿色通道名单", "casework", GREEN.heads),)
