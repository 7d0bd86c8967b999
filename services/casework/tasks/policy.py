"""Everybody has a first page, with his own tasks."""

from kit.policy import Action, Policy, allow, anywhere
from rulebook.scopes import KIND_OF

policy = Policy(home=Action("查看要办的事", allow(*KIND_OF, to=anywhere)))
