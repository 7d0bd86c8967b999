"""Which contacts are owed this month; reminders; exemptions."""
