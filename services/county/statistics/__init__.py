"""One definition a figure (docs/domain/figures.md)."""
