"""Deadlines: what fires by itself. Importing the modules registers them."""

from services.county.jobs import bulletin, meeting, months
from services.county.jobs.months import prepare
from services.county.jobs.registry import jobs

__all__ = ["bulletin", "jobs", "meeting", "months", "prepare"]
