"""Who keeps the county's own roster."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

ROSTER = (Role.ADMINISTRATOR, Role.COUNTY_CLERK)

policy = Policy(
    enter_teams=Action("维护督导组", allow(*ROSTER, to=anywhere)),
    enter_responsibles=Action("维护主要负责人", allow(*ROSTER, to=anywhere)),
)
