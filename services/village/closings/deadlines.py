"""The last month of a group, village or township is over; about its kind and code."""

from kit.deadlines import Deadline

PLACE_ENDS = Deadline("place ends")
