"""Who is expected when; reminders; silence is late too."""
