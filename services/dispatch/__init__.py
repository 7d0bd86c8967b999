"""The dispatch service (发点球): orders to departments, their replies, both clocks."""
