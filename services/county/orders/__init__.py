"""Dispatch's orders as the county sees them: projections."""
