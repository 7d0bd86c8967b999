"""Everybody's first page: what waits for him at tier 2."""
