"""Who asks the audit who did, saw and let out what: the county's office and its leader."""

from schemas.codes import Role

AUDITORS = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
