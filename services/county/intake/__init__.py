"""What the three tiers send becomes sources of cases."""
