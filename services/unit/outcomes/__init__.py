"""What became of a household at county and departments: projections."""
