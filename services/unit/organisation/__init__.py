"""Units, helpers, and who helps whom."""
