"""Figures by department and age; nobody is ranked."""
