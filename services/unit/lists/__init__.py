"""The unit's monthly list, signed by its head."""
