"""The roles that the policies of several features name."""

from schemas.codes import Role

OFFICE = (Role.COUNTY_CLERK,)
COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
VILLAGE = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY)
TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
