"""Departments that end."""
