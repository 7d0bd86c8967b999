"""A case's deadlines; the names stand in rows."""

from kit.deadlines import Deadline

VERIFY_DUE = Deadline("verify due")  # T-10
RECHECK_DUE = Deadline("recheck due")  # D-09
