"""What waits for whom at tier 1; for a group leader one card with two large buttons."""
