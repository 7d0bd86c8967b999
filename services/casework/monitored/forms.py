"""What is asked of the register."""

from kit.forms import field, text
from kit.lists import Asking
from rulebook.types import DivisionCode, VillageCode
from schemas.codes import Coded, Level, Stratum
from schemas.monitored import Standing


class PlaceLevel(Coded):
    """The levels that the ledger is summed by."""

    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "村"


class MonitoredFilter(Asking):
    standing: Standing | None = field("状态", None)
    category: Stratum | None = field("监测对象类别", None)
    township: DivisionCode | None = field("乡镇", None, widget="select")
    village: VillageCode | None = field("村", None, widget="select")
    q: str | None = text("姓名或编号", None, most=50)


class PlacesAsked(Asking):
    """By township or by village."""

    by: PlaceLevel = field("按", PlaceLevel.TOWNSHIP, widget="select")

    @property
    def level(self) -> Level:
        return Level.VILLAGE if self.by is PlaceLevel.VILLAGE else Level.TOWNSHIP
