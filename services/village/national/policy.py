"""Who brings the national system's export and confirms it: the office that has it."""

from kit.policy import Action, Policy, allow, alone, anywhere
from schemas.codes import Role

OFFICE = allow(Role.COUNTY_CLERK, to=anywhere)

policy = Policy(
    take_national=Action("导入全国系统的导出表", OFFICE),
    national_imports=Action("查看全国系统的导出表", OFFICE),
    national_import=Action("核对全国系统的导出表", OFFICE, sensitive=True),
    confirm_national=Action(
        "确认导入全国系统的导出表",
        OFFICE,
        apart=alone("it takes over what the national system says, after every change was shown"),
    ),
    leave_national=Action("不导入全国系统的导出表", OFFICE),
)
