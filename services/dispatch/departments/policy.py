"""Who names departments, and whose figures somebody sees."""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role
from services.dispatch.roles import DEPARTMENT, EVERYBODY

policy = Policy(
    departments=Action("查看行业部门", allow(*EVERYBODY, Role.ADMINISTRATOR, to=anywhere)),
    department_figures=Action(
        "查看部门办理情况",
        allow(*(role for role in EVERYBODY if role not in DEPARTMENT), to=anywhere),
        allow(*DEPARTMENT, to=at("code")),
    ),
    name_departments=Action(
        "登记行业部门", allow(Role.ADMINISTRATOR, Role.COUNTY_CLERK, to=anywhere)
    ),
)
