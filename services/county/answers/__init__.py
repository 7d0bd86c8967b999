"""What a decision says to each source: the need that deals with it, or why none does."""
