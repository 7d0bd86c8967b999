"""Supervision teams and responsible leaders."""
