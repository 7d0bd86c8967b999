"""Who opens the list of what is not solved; its rows are the orders somebody sees."""

from kit.policy import Action, Policy, allow, anywhere
from services.dispatch.roles import EVERYBODY

policy = Policy(ageing=Action("查看未解决台账", allow(*EVERYBODY, to=anywhere)))
