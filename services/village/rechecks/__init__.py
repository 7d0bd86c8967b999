"""Cases that the county sent back to a township to look again."""
