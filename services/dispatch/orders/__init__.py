"""The order: its states, clocks and history."""
