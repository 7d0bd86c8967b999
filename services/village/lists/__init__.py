"""The village's monthly list (村级摸排上报表)."""
