"""Risks that helpers found, completed into an application form."""
