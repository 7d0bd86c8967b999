"""The roles that the policies of several features name."""

from schemas.codes import Role

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
DEPARTMENT = (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
EVERYBODY = tuple(role for role in Role if role is not Role.SYSTEM)
