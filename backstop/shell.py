"""What stands around every page: where a role has something to do, and the front door's own pages."""

from backstop.services import titles
from kit.audit import pages as audit_pages
from kit.policy import Action, Policy, allow, anywhere
from kit.web.shell import Link, Shell
from rulebook.scopes import KIND_OF
from rulebook.senders import SENDERS
from schemas.codes import Role
from services.access.roles import KEEPS

_BELOW = ("village", "county", "dispatch", "casework")
_WHOLE = ("village", "unit", "county", "dispatch", "casework")  # accounts are a link of their own
USEFUL = {
    Role.GROUP_LEADER: ("village",),
    Role.GRID_WORKER: ("village",),
    Role.VILLAGE_CLERK: _BELOW,
    Role.VILLAGE_SECRETARY: _BELOW,
    Role.VILLAGE_WORK_TEAM: ("village",),
    Role.TOWNSHIP_VILLAGE_LIAISON: ("village",),
    Role.TOWNSHIP_CLERK: _BELOW,
    Role.TOWNSHIP_HEAD: _BELOW,
    Role.HELPER: ("unit",),
    Role.UNIT_CLERK: ("unit", "county"),
    Role.UNIT_HEAD: ("unit", "county"),
    Role.SUPERVISOR: ("county",),
    Role.DEPARTMENT_CLERK: ("dispatch", "county"),
    Role.DEPARTMENT_HEAD: ("dispatch", "county"),
    Role.COUNTY_CLERK: _WHOLE,
    Role.COUNTY_LEADER: _WHOLE,
    Role.LEADING_GROUP: ("county", "dispatch", "casework"),
    Role.ADMINISTRATOR: ("access",),
}
# Who has one page for the whole day's work; everybody else begins with the open tasks of all
# services.
HOME = {
    Role.GROUP_LEADER: "/village/",
    Role.HELPER: "/unit/",
    Role.ADMINISTRATOR: "/access/accounts",
}
_IMPORT = Action("导入表格", allow(*SENDERS, to=anywhere))
policy = Policy(  # of the front door
    imports=_IMPORT,
    take=_IMPORT,
    take_over_api=_IMPORT,
    marked=_IMPORT,
    open_past_month=Action("开启过去的月份", allow(Role.COUNTY_CLERK, to=anywhere)),
)
LINKS = (
    Link("/imports", "导入", policy["imports"].roles),
    Link("/access/accounts", "账号", tuple(KEEPS)),
    # The administrator's pages in services whose other pages are not his.
    Link("/unit/organisation", "帮扶单位", (Role.ADMINISTRATOR,)),
    Link("/dispatch/departments", "行业部门", (Role.ADMINISTRATOR,)),
    Link("/access/me", "我的登录", tuple(KIND_OF)),
    Link("/county/audit", "操作记录", audit_pages.policy["audit_rows"].roles),
)


def make_shell(*, demo: bool = False) -> Shell:
    return Shell(
        titles(),
        USEFUL,
        LINKS,
        searched=[name for name in titles() if name != "access"],
        unsearching=(Role.GROUP_LEADER, Role.HELPER, Role.ADMINISTRATOR),
        demo=demo,
    )
