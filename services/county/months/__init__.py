"""The county's own dates of a month."""
