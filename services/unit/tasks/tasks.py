"""What is open, for whom, until when."""

from services.unit.tasks.queries import desk as tasks

__all__ = ["tasks"]
