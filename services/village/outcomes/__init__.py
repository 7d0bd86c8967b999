"""What became of each finding, as the other services tell: projections."""
