"""What the meeting settles: proposed from what is stuck, edited by the office."""
