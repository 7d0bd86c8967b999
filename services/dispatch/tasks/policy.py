"""Everybody has a first page, with his own tasks."""

from kit.policy import Action, Policy, allow, anywhere
from services.dispatch.roles import EVERYBODY

policy = Policy(home=Action("查看要办的事", allow(*EVERYBODY, to=anywhere)))
