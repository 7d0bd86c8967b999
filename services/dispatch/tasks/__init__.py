"""What waits for whom at dispatch."""
