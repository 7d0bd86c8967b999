"""Visits, calls and vain attempts."""
