"""Households and who helps them, as village and unit tell: projections."""
