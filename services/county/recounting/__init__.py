"""The calendar was published or mended: running due days are counted anew."""
