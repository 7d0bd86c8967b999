"""The seeded faults play random months until each is found: an hour, so they run when asked for."""

import sys

collect_ignore = [] if "--people-faults" in sys.argv else ["test_seeded.py"]
