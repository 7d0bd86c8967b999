"""Places, units, teams and departments, as others tell: what a post may be at."""
