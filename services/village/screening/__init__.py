"""Groups screen every household each month: one tap for nothing found (N-01 … N-05)."""
