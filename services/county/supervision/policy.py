"""Who reports what a supervision team found (N-12): its own leader; the office for a leader who
telephoned or sent a paper, and only the office, which receives it, says on which day it came (G-10).
"""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role

see = (
    allow(Role.COUNTY_CLERK, Role.COUNTY_LEADER, to=anywhere),
    allow(Role.SUPERVISOR, to=at("code")),
)
office = allow(Role.COUNTY_CLERK, to=anywhere)

policy = Policy(
    teams=Action("查看督导组", *see),
    team=Action("查看督导组", *see, otherwise="只能查看本督导组的内容。"),
    report_supervision=Action("上报督导情况", office, allow(Role.SUPERVISOR, to=at("code"))),
    add_supervision_finding=Action("上报督导情况", office, allow(Role.SUPERVISOR, to=at("code"))),
    drop_supervision_finding=Action("上报督导情况", office, allow(Role.SUPERVISOR, to=at("team"))),
    receive_supervision=Action("补录督导上报的收到日期", office),
)
RECEIVERS = policy["receive_supervision"].roles
