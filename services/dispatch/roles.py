"""The roles that the policies of several features name."""

from rulebook.scopes import AT_WORK
from schemas.codes import Role

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
DEPARTMENT = (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
VILLAGE = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY)
TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
EVERYBODY = AT_WORK
