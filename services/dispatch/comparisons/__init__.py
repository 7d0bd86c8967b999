"""Data comparisons (数据比对) on their way to departments' own systems and back."""
