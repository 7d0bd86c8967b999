"""What a department does with its order, by page, workbook or its own system."""
