"""Names of places, as village tells: projections."""
