"""Who may what, written down from the tables that every door, command, page and export asks: which
posts, which rows, which fields. Nobody writes it by hand, so it cannot say anything else.
"""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from backstop import shell
from backstop.contracts import contracts
from backstop.service_process import OPERATION
from backstop.services import NAMES, every_service
from kit.access import door as access_door
from kit.audit import pages as audit_pages
from kit.behalf import pages as behalf_pages
from kit.policy import Action, Allowance, Policy, anywhere
from kit.policy.walk import Door, doors
from kit.service import Service
from kit.sheets import door, forms
from kit.sheets.sheet import SheetKind
from kit.tasks import door as tasks_door
from kit.web import docs
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.codes import Role
from schemas.event import Event

FILE = Path(__file__).parents[1] / "docs" / "permissions.md"
TITLE = "# 权限表：哪个岗位可以做什么"
INTRODUCTION = """\
本文由 `backstop permissions write` 按系统实际使用的权限表生成，不要手工修改；`make check` 核对两者一致。

- 页面、接口、查找、导出、公文和命令问的是同一张表；表里没有写的，一律不许。
- “范围”说的是哪些记录：`本村的`就是岗位所在的村自己的；`范围内的`含下级。岗位所在的地方或单位撤并了的，归接续的地方或单位。
- “字段”写明这个岗位看不到哪些内容；写“全部”的，身份证号码、电话在名单里仍按规定隐去中间几位。
- “代办”是替别人登记：要写明是谁，两个人的姓名都留下。
- 系统管理员只管账号和组织机构，看不到农户、风险线索和交办单。
"""
# What a feature is called in an office; a new one is named here, or the document is not written.
FEATURES = {
    "accounts": "账号与岗位",
    "cards": "登录卡",
    "front": "登录",
    "passwords": "密码和动态码",
    "sessions": "登录的设备",
    "agenda": "会议议程",
    "answers": "答复来源",
    "assessments": "民主评议",
    "bulletin": "月通报",
    "cases": "风险线索",
    "checks": "数据核查",
    "closings": "撤并",
    "comparisons": "数据比对",
    "casework.decisions": "审定、公告与录入",
    "casework.green_channel": "绿色通道",
    "decisions": "裁定、核实与办结",
    "departments": "行业部门",
    "duplicates": "重复登记",
    "key_groups": "重点人群",
    "held": "待审定的需求",
    "changes": "家庭成员变动",
    "casework.national": "与全国系统对照",
    "national": "全国系统导出",
    "findings": "风险情况",
    "hearings": "应发现未发现",
    "identification": "识别档案",
    "consents": "承诺授权",
    "issuing": "交办",
    "ledger": "监测台账",
    "lists": "名单",
    "meetings": "联席会议",
    "minutes": "会议纪要",
    "monitored": "监测对象",
    "takeover": "台账移交核对",
    "decreases": "自然减少",
    "handover": "台账移交",
    "months": "月份",
    "notices": "公示",
    "orders": "交办单",
    "organisation": "组织机构",
    "outcomes": "其他渠道的报告",
    "rechecks": "退回复核",
    "recounting": "按日历调整时限",
    "register": "农户登记册",
    "replies": "签收与反馈",
    "reporters": "上报情况",
    "reviews": "乡镇审核",
    "screening": "小组摸排",
    "search": "查找",
    "statistics": "未解决台账",
    "supervision": "督导",
    "tasks": "首页",
    "townships": "乡镇汇总",
    "verification": "入户核实",
    "visits": "走访",
}
# What is said to be hidden where an allowance leaves it out.
SENSITIVE = {
    "id_number": "身份证号码",
    "phone": "联系电话",
    "medical": "看病情况",
    "education": "就学情况",
    "income": "收入",
    "person_name": "当事人姓名",
    "note": "备注",
    "recheck_note": "复核说明",
    "text": "原文",
}
NO_ROW = (~anywhere).said
CHASSIS = (
    *(access_door.policy, tasks_door.policy, door.policy, forms.policy),
    *(audit_pages.policy, behalf_pages.policy, docs.policy),
)
LEAVES = (".xlsx", ".docx", ".{kind}", "/export", "/print", "/slip", "/form")
CALLED = {ScopeKind.HELPER: "人", ScopeKind.GROUP: "组", ScopeKind.UNIT: "单位"}
CALLED |= {ScopeKind.DEPARTMENT: "部门"}


def tables(service: Service) -> dict[str, Policy]:
    """feature -> its table"""
    folder = Path(str(service.folder))
    return {
        path.parent.name: import_module(f"services.{service.name}.{path.parent.name}.policy").policy
        for path in sorted(folder.glob("*/policy.py"))
    }


def document() -> str:
    parts = [TITLE, INTRODUCTION, _posts()]
    for service in every_service():
        parts.append(f"## {service.title}")
        for feature, policy in tables(service).items():
            called = FEATURES.get(f"{service.name}.{feature}") or FEATURES[feature]
            parts.append(f"### {service.title}：{called}\n\n{_table(policy)}")
    parts.append("## 门户、导入和运行\n")
    parts += [_table(shell.policy, *CHASSIS, OPERATION), _sheets(), _files(), _topics()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _posts() -> str:
    rows = [f"| {role.label} | {kind.label} |" for role, kind in KIND_OF.items()]
    return "\n".join(["## 岗位", "", "| 岗位 | 在哪里 |", "|---|---|", *rows])


def _table(*policies: Policy) -> str:
    head = ["| 事项 | 岗位 | 范围 | 字段 | 代办 |", "|---|---|---|---|---|"]
    said = dict.fromkeys(
        row for policy in policies for action in policy.values() for row in _rows(action)
    )
    return "\n".join([*head, *said])


def _rows(action: Action) -> Iterator[str]:
    for allowance in action.allowances:
        posts = "、".join(role.label for role in allowance.roles)
        if set(allowance.roles) >= set(KIND_OF):
            posts = "所有岗位"
        for_whom = f"代{allowance.on_behalf.label}，写明姓名和原因" if allowance.on_behalf else ""
        cells = (action.label, posts, _range(allowance), _fields(action, allowance), for_whom)
        yield f"| {' | '.join(cells)} |"


def _range(allowance: Allowance) -> str:
    kinds = dict.fromkeys(KIND_OF[role] for role in allowance.roles if role in KIND_OF)
    said = allowance.to.said
    if said == NO_ROW:
        return "只有页面，没有记录"
    place = "、".join(CALLED.get(kind, kind.label) for kind in kinds)
    return said.replace("{place}", place if len(kinds) < 3 else "岗位所在地方（单位）")


def _fields(action: Action, allowance: Allowance) -> str:
    if allowance.fields is None:
        return "全部"
    hidden = [label for name, label in SENSITIVE.items() if name not in allowance.fields]
    return f"简要内容，没有{'、'.join(hidden)}" if hidden else "部分内容"


def _sheets() -> str:
    rows = [
        f"| {kind.title} | {'、'.join(Role(role).label for role in kind.roles)} "
        f"| {_numbers_in(kind)} |"
        for service in every_service()
        for kind in sorted(service.sheets, key=lambda kind: (kind.rank, kind.name))
        if kind.roles  # others are only written
    ]
    heads = ["| 表 | 谁可以交 | 下载填好的表 |", "|---|---|---|"]
    return "\n".join(["## 导入的表", "", *heads, *rows])


def _numbers_in(kind: SheetKind) -> str:
    """What is asked, or left out, of whoever takes it out filled in."""
    if kind.asks_purpose:
        return "有完整号码，要写明用途"
    return "号码隐去中间几位" if kind.masks else ""


def files() -> Iterator[tuple[Service, Door]]:
    """Every door by which a file or a paper to print leaves."""
    for service in every_service():
        routes = [route for router in service.routers for route in router.routes]
        for found in doors(routes):
            if found.action and found.method == "GET" and found.path.endswith(LEAVES):
                yield service, found


def _files() -> str:
    rows = dict.fromkeys(
        f"| {service.title} | {found.action.label} | {'、'.join(_with_rows(found.action))} |"
        for service, found in files()
        if found.action
    )
    said = "范围和字段同上面各表；文件里写明谁、何时导出，写了用途的写明用途。"
    return "\n".join(
        ["## 导出的文件", "", said, "", "| 服务 | 事项 | 岗位 |", "|---|---|---|", *rows]
    )


def _with_rows(action: Action) -> dict[str, None]:
    """Whose file has a row at all."""
    return dict.fromkeys(
        role.label for one in action.allowances if one.to.said != NO_ROW for role in one.roles
    )


def _topics() -> str:
    """The broker lets nobody else write to a topic, so that it proves who said it."""
    listening = {service.title: set(service.hears) for service in every_service()}
    titles = {service.name: service.title for service in every_service()}
    said: dict[tuple[str, str], int] = Counter(
        (event.topic, author_of(event)) for event in contracts().values()
    )
    rows = [
        f"| `{topic}` | {titles.get(author, '部门的系统')} | {count} | "
        f"{'、'.join(title for title, topics in listening.items() if topic in topics) or '部门的系统'} |"
        for (topic, author), count in sorted(said.items())
    ]
    head = ["| 主题 | 只有谁能写 | 消息种数 | 谁听取 |", "|---|---|---|---|"]
    return "\n".join(["## 服务之间的消息", "", *head, *rows])


def author_of(event: type[Event]) -> str:
    """The service that publishes it; "" for a department's own system."""
    author = event.topic.removeprefix("backstop.")
    if event.__module__ == "schemas.dispatch":  # departments' topics are its own too
        return "dispatch"
    return author if author in NAMES else ""
