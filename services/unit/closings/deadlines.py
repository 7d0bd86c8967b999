"""The last month of a unit is over; about its kind and code."""

from kit.deadlines import Deadline

UNIT_ENDS = Deadline("unit ends")
