"""From a verified case to an order at a department."""
