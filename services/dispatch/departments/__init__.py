"""Departments, their systems' keys."""
