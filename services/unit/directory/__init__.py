"""Places and households, as village tells: projections."""
