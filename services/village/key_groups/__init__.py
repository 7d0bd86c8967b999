"""Key groups (C-08, C-09, C-11): which households must be visited and checked, and what shows it."""
