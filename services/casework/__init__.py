"""The casework service (监测帮扶): who is monitored, from the lead to the register."""
