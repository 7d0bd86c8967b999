"""One ID number, one household: doubles are refused, and those that are there looked into."""
