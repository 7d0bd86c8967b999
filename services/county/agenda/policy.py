"""The agenda is the lead office's."""

from kit.policy import Action, Policy, allow, anywhere
from services.county.cases.policy import OFFICE

_OFFICE = allow(*OFFICE, to=anywhere)

policy = Policy(
    open_meeting=Action("拟定会议", _OFFICE),
    draft_agenda=Action("拟定会议议程", _OFFICE),
    add_line=Action("增加议题", _OFFICE),
    edit_line=Action("修改议题", _OFFICE),
    move_line=Action("调整议题顺序", _OFFICE),
    remove_line=Action("移出议题", _OFFICE),
    restore_line=Action("恢复议题", _OFFICE),
    notice_meeting=Action("发会议通知", _OFFICE),
)
