"""What the national system says of who is monitored, beside our register: it overwrites nothing here."""
