"""What the order's own department does with it; the office enters it for an officer who phoned or
sent paper.
"""

from kit.policy import Action, Policy, allow, alone, anywhere, at, whom
from schemas.codes import Role
from services.dispatch.roles import DEPARTMENT

OFFICER = whom("部门经办人", Role.DEPARTMENT_CLERK, "department")


def _by_department(label: str) -> Action:
    return Action(
        label,
        allow(*DEPARTMENT, to=at("department")),
        allow(Role.COUNTY_CLERK, to=anywhere, on_behalf=OFFICER),
        otherwise="这张交办单不在贵单位名下，不能办理。",
    )


policy = Policy(
    accept_order=_by_department("签收"),
    return_order=_by_department("退回"),
    report_order=_by_department("反馈办理结果"),
    report_progress=_by_department("报告进展"),
    # to whom a department's paper is given: who dates its receipt (G-10)
    date_receipt=Action("补录收到日期", allow(Role.COUNTY_CLERK, to=anywhere)),
    sign_report=Action(
        "签字",
        allow(Role.DEPARTMENT_HEAD, to=at("department")),
        apart=alone("the head's own word for his department, which the village confirms"),
    ),
)
