"""Who reads what a department is told of a joint meeting."""

from kit.policy import Action, Policy, allow, at
from services.dispatch.roles import DEPARTMENT

policy = Policy(meeting_notices=Action("查看联席会议通知", allow(*DEPARTMENT, to=at("department"))))
