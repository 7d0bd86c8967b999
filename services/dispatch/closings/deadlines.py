"""The last month of a department is over; about its kind and code."""

from kit.deadlines import Deadline

DEPARTMENT_ENDS = Deadline("department ends")
