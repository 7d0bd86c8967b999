"""Divisions, groups and the household register; who is not on it waits as a register task."""
