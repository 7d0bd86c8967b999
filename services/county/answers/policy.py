"""Who answers a source that came after the decision: the office's clerk, who decides (N-13)."""

from kit.policy import Action, Policy, allow, alone, anywhere
from schemas.codes import Role

policy = Policy(
    answer_source=Action(
        "答复决定以后到的来源",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=alone("it answers the reporter of a case that was decided already"),
    )
)
