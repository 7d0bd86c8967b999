"""Households of the register, as village tells: a projection."""
