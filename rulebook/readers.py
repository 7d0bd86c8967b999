"""Who reads of the running itself what lies in no feature's table."""

from schemas.codes import Role

# Who did, saw and let out what: the county's office and its leader.
AUDITORS = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
# How programs ask at the doors: whoever keeps them, and the departments that connect a system of theirs.
PROGRAMMERS = (Role.ADMINISTRATOR, Role.COUNTY_CLERK, Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
