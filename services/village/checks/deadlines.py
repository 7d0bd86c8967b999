"""A run over the register goes village by village, each in a transaction of its own."""

from kit.deadlines import Deadline

CHECK_REGISTER = Deadline("check register")  # about the month in whose first night it runs
CHECK_VILLAGE = Deadline("check village")  # about a village
CHECK_BETWEEN = Deadline("check between households")  # about the county
