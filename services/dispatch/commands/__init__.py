"""What dispatch can be told to do. Nobody here commits."""

from services.dispatch.commands.departments import (
    DepartmentEntry,
    admit_department,
    begin_rotation,
    cancel_rotation,
    finish_rotation,
    name_departments,
    notice_meeting,
)
from services.dispatch.commands.heard import (
    carry_out_decision,
    name_division,
    ring_clock,
    take_reply,
)
from services.dispatch.commands.office import (
    close_order,
    confirm_by_office,
    confirm_help,
    decide_return,
    move_solve_due,
    reopen_order,
)
from services.dispatch.commands.opening import open_order, open_orders, route_order
from services.dispatch.commands.replies import (
    ReplyDraft,
    accept_order,
    report_order,
    report_progress,
    return_order,
)

__all__ = [
    "DepartmentEntry",
    "ReplyDraft",
    "accept_order",
    "admit_department",
    "begin_rotation",
    "cancel_rotation",
    "carry_out_decision",
    "close_order",
    "confirm_by_office",
    "confirm_help",
    "decide_return",
    "finish_rotation",
    "move_solve_due",
    "name_departments",
    "name_division",
    "notice_meeting",
    "open_order",
    "open_orders",
    "reopen_order",
    "report_order",
    "report_progress",
    "return_order",
    "ring_clock",
    "route_order",
    "take_reply",
]
