"""What waits for whom at the county; how far the month has come."""
