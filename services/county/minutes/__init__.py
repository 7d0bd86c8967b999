"""Attendance, decisions, and whether they were carried out."""
