"""Supervision teams that end."""
