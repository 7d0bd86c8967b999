"""Who reports, reviews and signs findings: each step is another one's, in whose place the stored
finding lies.
"""

from kit.policy import Action, Policy, allow, alone, apart, at, did, within
from schemas.codes import Role
from services.village.places import CLERKS, TOWNSHIP, finders, readers

policy = Policy(
    finding=Action("查看摸排情况", *readers(), sensitive=True),
    new_finding=Action(
        "查看摸排登记表",
        *readers(),
        otherwise="这一户不在您的名单里，不能报情况；请从名单里选择，或者请户籍所在的村、组上报。",
    ),
    report_finding=Action(
        "报送摸排发现的农户",
        allow(Role.GROUP_LEADER, to=at("village", "group")),
        *CLERKS,
        *finders(),
    ),
    add_finding=Action("登记摸排发现的农户", *CLERKS, *finders()),
    review_finding=Action(
        "审核摸排情况",
        *(allow(*rule.roles, to=rule.to) for rule in CLERKS),
        apart=alone("the village's own word: its clerk writes down what leaders phone (N-06)"),
    ),
    recheck_finding=Action(
        "复核摸排情况",
        allow(*TOWNSHIP, to=within("village")),
        apart=alone("whoever receives the villages' papers looks into them; the head signs (N-08)"),
    ),
    sign_urgent=Action(
        "签发紧急情况",
        allow(Role.TOWNSHIP_HEAD, to=within("village")),
        apart=apart(did("上报了这户", "by_account")),
    ),
)
