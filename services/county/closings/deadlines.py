"""The last month of a team is over; about its kind and code."""

from kit.deadlines import Deadline

TEAM_ENDS = Deadline("team ends")
