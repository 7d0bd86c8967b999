"""自然减少: households that are none any more (all died, moved away, merged); never an elimination."""
