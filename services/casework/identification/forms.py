"""How a lead is entered, what is asked of the board, and what is decided of earlier cases."""

from kit.errors import Refused
from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.types import Day, IdNumber, Short, VillageCode
from schemas.codes import Coded, LeadChannel
from services.casework.identification.rules import FileState


class FileFilter(Asking):
    """`overdue`: only those whose step is past its day, or only the others; `ended`: only those whose
    way is over, or only the others.
    """

    state: FileState | None = field("环节", None)
    village: VillageCode | None = field("村", None, widget="select")
    overdue: bool | None = field("逾期", None, widget="select")
    ended: bool | None = field("已办完", None, widget="select")
    q: str | None = text("姓名或编号", None, most=50)


class WhoFilter(Asking):
    """Searches the register for the household of a lead."""

    q: str | None = text("查找农户", None, most=50, hint="姓名中的几个字、户编号或身份证号码")


class EnteredChannel(Coded):
    """The channels whose leads people enter; the network's come by themselves."""

    SELF_REPORT = LeadChannel.SELF_REPORT.value, LeadChannel.SELF_REPORT.label
    CADRE = LeadChannel.CADRE.value, LeadChannel.CADRE.label
    COUNTY_PUSH = LeadChannel.COUNTY_PUSH.value, LeadChannel.COUNTY_PUSH.label


class LeadForm(Form):
    """`household`: of the register; without one, name, ID number and village say who it is."""

    household: Short | None = field("农户", None)
    head_name: Short | None = field("户主姓名", None, hint="不在农户名册的填写")
    id_number: IdNumber | None = field("户主身份证号码", None, hint="不在农户名册的填写")
    village: VillageCode | None = field("村", None, widget="select", hint="不在农户名册的填写")
    channel: EnteredChannel = field("线索来源", widget="radio")
    on: Day = field("收到日期")
    found_on: Day | None = field("首次发现日期", None, hint="与收到日期相同的可不填")
    words: str = text("反映的情况", "", lines=2, hint="县级推送的，写明来自督查、暗访还是信访")


class EarlierForm(Form):
    """What the office decides of a case verified before the change."""

    opens: bool = field("是否建档", widget="radio")
    reason: str = text("理由", "", lines=2, hint="不建档的必须写明理由")

    def demand_reason(self) -> None:
        """`Refused` when no file is opened and nobody says why."""
        if not self.opens and not self.reason:
            raise Refused("不建档的，请写明理由。", field="reason")
