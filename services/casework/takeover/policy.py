"""Who sees what the county handed over, and who says whose rows they are."""

from kit.policy import Action, Policy, allow, anywhere
from services.casework.roles import COUNTY, OFFICE

policy = Policy(
    takeover=Action("查看移交的台账", allow(*COUNTY, to=anywhere)),
    settle_ledger_row=Action("核对移交的台账", allow(*OFFICE, to=anywhere)),
)
