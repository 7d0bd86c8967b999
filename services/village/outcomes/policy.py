"""Who reads what other channels reported of the households here."""

from kit.policy import Action, Policy
from services.village.places import readers

policy = Policy(notices=Action("查看其他渠道的报告", *readers()))
