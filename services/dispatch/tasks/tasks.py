"""What is open, for whom, until when."""

from services.dispatch.tasks.queries import desk as tasks

__all__ = ["tasks"]
