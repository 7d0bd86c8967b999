"""A township signs for all its villages."""
