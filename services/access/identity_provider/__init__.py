"""Signing in by the county's own identity provider, where its settings name one."""
