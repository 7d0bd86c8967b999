"""Name and password, for offices."""
