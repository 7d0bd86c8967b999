"""One case a household, all its sources side by side."""
