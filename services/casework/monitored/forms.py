"""What is asked of the register."""

from kit.forms import field, text
from kit.lists import Asking
from rulebook.types import VillageCode
from schemas.codes import Stratum
from schemas.monitored import Standing


class MonitoredFilter(Asking):
    standing: Standing | None = field("状态", None)
    category: Stratum | None = field("监测对象类别", None)
    village: VillageCode | None = field("村", None, widget="select")
    q: str | None = text("姓名或编号", None, most=50)
