"""Democratic assessment (民主评议): one meeting, one sheet, many households, votes a household."""
