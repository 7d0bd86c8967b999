"""What programs ask about whoever is signed in."""

from kit.policy import Action, Policy, allow, anywhere
from services.access.roles import EVERYBODY

policy = Policy(me=Action("查看自己", allow(*EVERYBODY, to=anywhere)))
