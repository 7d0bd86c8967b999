"""Who should have discovered a household (应发现未发现): statements of each tier, weighed."""
