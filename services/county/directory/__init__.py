"""Names of places, units, helpers and departments, as others tell: projections."""
