"""Who hands in sheets, whatever their kind, and who opens a month that is over."""

from schemas.codes import Role

SENDERS = (  # each kind of sheet names its own among them
    Role.VILLAGE_CLERK,
    Role.TOWNSHIP_CLERK,
    Role.UNIT_CLERK,
    Role.SUPERVISOR,
    Role.COUNTY_CLERK,
    Role.DEPARTMENT_CLERK,
    Role.DEPARTMENT_HEAD,
    Role.ADMINISTRATOR,
)
READS_REPORTS = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)  # of every sheet: a refused cell is shown
OPENS_MONTHS = Role.COUNTY_CLERK
