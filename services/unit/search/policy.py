"""Everybody may search, and finds what he may see anyway."""

from kit.policy import Action, Policy, allow, anywhere
from services.unit.roles import EVERYBODY

SEARCH = Action("查找", allow(*EVERYBODY, to=anywhere))
policy = Policy(search=SEARCH, households=SEARCH)
