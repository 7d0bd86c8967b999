"""What waits for whom at tier 2."""
