"""The numbers of the office's letters."""
