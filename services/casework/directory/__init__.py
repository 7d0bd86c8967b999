"""What codes are called, as village tells (`kit.directory`)."""
