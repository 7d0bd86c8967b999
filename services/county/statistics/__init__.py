"""One definition a figure."""
