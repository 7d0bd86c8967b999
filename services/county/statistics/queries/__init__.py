"""Every figure, by its subject: one function each, which says its basis, numerator, denominator
and cut-off. A cut-off `as_of` is a day to its end in Shanghai.
"""
