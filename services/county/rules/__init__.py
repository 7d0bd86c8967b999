"""Decisions of the county. Standard library, rulebook and schemas only."""
