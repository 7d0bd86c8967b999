"""Tier 3: what supervision teams find goes straight to the county."""
