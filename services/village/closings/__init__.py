"""Groups, villages and townships that end."""
