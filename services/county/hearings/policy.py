"""Who is heard on a missed discovery, and who decides it (B-35): the tier concerned sees and explains
its own, the office all.
"""

from kit.policy import Action, Policy, allow, anywhere, apart, at, did
from schemas.codes import Role

VILLAGE = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY)
OFFICE = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
see = (
    allow(*OFFICE, to=anywhere),
    allow(*VILLAGE, Role.UNIT_CLERK, Role.UNIT_HEAD, to=at("accused")),
)
# Who wrote down what was said does not judge it (G-14).
heard = apart(did("记录过这条说明", "explained_account"))
decide = allow(Role.COUNTY_CLERK, to=anywhere)

policy = Policy(
    candidates=Action("查看应发现未发现", *see),
    candidate=Action("查看应发现未发现", *see, otherwise="这一条不在您的查看范围内。"),
    hear_candidate=Action(
        "说明情况",
        allow(*VILLAGE, Role.UNIT_CLERK, to=at("accused")),
        allow(Role.COUNTY_CLERK, to=anywhere),  # writes down what was said
        otherwise="只有涉及的村、单位可以说明情况（县级经办人可以代为记录）。",
    ),
    confirm_candidate=Action("认定应发现未发现", decide, apart=heard),
    dismiss_candidate=Action("排除应发现未发现", decide, apart=heard),
)
