"""Every reporter's month: timeliness and content, two fields."""
