"""Helping units that end."""
