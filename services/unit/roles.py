"""Who is who at this tier: the groups of roles that several features' policies name."""

from kit.policy import anywhere
from schemas.codes import Role

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR)
OFFICE = (Role.COUNTY_CLERK, Role.ADMINISTRATOR)
UNIT = (Role.UNIT_CLERK, Role.UNIT_HEAD)
PLACES = (Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
EVERYBODY = tuple(role for role in Role if role is not Role.SYSTEM)

nothing = ~anywhere  # the page stands, and is empty
