"""What the joint meeting decided of an order, and what a department is told of it."""
