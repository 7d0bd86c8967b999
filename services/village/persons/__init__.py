"""Who belongs to which household, from when to when: one ID number, one household (G-09)."""
