"""Until when the tier concerned may explain."""

from kit.deadlines import Deadline

HEARING_DUE = Deadline("hearing due")  # about: the candidate
